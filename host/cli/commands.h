// The commands of `fnhost`, each in a file of its own. To add one: AddX here, its line in main.cc,
// x.cc.
//
// AddX adds the command and its options to `app` (Command in options.h); parsing sets `chosen` to
// what the command does. That returns the process's exit code: 0 done, 1 failed (said on stderr).
// Wrong usage ends the parsing with exit 2.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace host {

using Chosen = std::function<int()>;

void AddCompare(CLI::App& app, Chosen& chosen);
void AddCompletion(CLI::App& app, Chosen& chosen);
void AddDoctor(CLI::App& app, Chosen& chosen);
void AddHelp(CLI::App& app, Chosen& chosen);
void AddRun(CLI::App& app, Chosen& chosen);
void AddDeploy(CLI::App& app, Chosen& chosen);
void AddRollback(CLI::App& app, Chosen& chosen);
void AddScale(CLI::App& app, Chosen& chosen);
void AddStatus(CLI::App& app, Chosen& chosen);
void AddInvoke(CLI::App& app, Chosen& chosen);
void AddKeep(CLI::App& app, Chosen& chosen);
void AddLogs(CLI::App& app, Chosen& chosen);
void AddMigration(CLI::App& app, Chosen& chosen);
void AddNew(CLI::App& app, Chosen& chosen);
void AddNginx(CLI::App& app, Chosen& chosen);
void AddRoute(CLI::App& app, Chosen& chosen);
void AddTop(CLI::App& app, Chosen& chosen);
void AddWorker(CLI::App& app, Chosen& chosen);

}  // namespace host

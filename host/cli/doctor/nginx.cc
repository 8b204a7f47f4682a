// NGINX: alive, at its ports, with the configuration that the functions ask for.

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/cli/compare/http_get.h"
#include "host/cli/doctor/doctor.h"
#include "host/nginx_config/nginx_config.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/run_program.h"

namespace host::doctor {
namespace {

constexpr char kNginx[] = "/usr/sbin/nginx";  // not in a plain user's PATH
constexpr std::chrono::milliseconds kPatience{3'000};

std::string FileOf(const Patient& patient) { return patient.config.nginx.prefix + "/nginx.conf"; }

Finding CheckPort(const char* name, int port, const char* path) {
  const std::string check = fmt::format("{} port", name);
  const auto answer = HttpGet(port, path, {}, kPatience);
  if (!answer) {
    return Fail(check, fmt::format("{}: {}", port, answer.error()),
                "see NGINX's error.log; is the port another program's, or closed by a firewall?");
  }
  if (answer->status != 200) {
    return Fail(check, fmt::format("{}: GET {} is answered {}", port, path, answer->status),
                "see NGINX's error.log and: fnhost logs --level warning");
  }
  return Ok(check, fmt::format("{}: GET {} is answered 200", port, path));
}

Finding CheckText(const Patient& patient) {
  const std::string file = FileOf(patient);
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return Fail("nginx.conf", file + " cannot be read",
                fmt::format("fnhost nginx --check --config {} > {}", patient.config_file, file));
  }
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  try {
    if (text != RenderNginx(patient.config, patient.manifests)) {
      return Fail("nginx.conf", file + " is not what the functions ask for",
                  "start the host again: it writes it, and NGINX reloads it");
    }
  } catch (const std::invalid_argument& fault) {
    return Fail("nginx.conf", fault.what(), "mend the manifest that it names");
  }
  return Ok("nginx.conf", file + " is what the functions ask for");
}

// By `nginx -t`, as NGINX itself would read it.
Finding CheckSyntax(const Patient& patient) {
  EventLoop loop;
  ProgramEnd end;
  const std::string nginx = access(kNginx, X_OK) == 0 ? kNginx : "nginx";
  const auto program = RunProgram(
      loop,
      {nginx, "-t", "-q", "-e", "stderr", "-p", patient.config.nginx.prefix, "-c", FileOf(patient)},
      [&](ProgramEnd ended) {
        end = std::move(ended);
        loop.Quit();
      },
      {.deadline = std::chrono::seconds(20)});
  if (!program) return Fail("nginx -t", program.error(), "install NGINX");
  loop.Run();
  if (end.ok()) return Ok("nginx -t", "takes the configuration");
  std::string reason = end.text.substr(0, end.text.find('\n'));
  return Fail("nginx -t", reason.empty() ? "does not answer" : reason,
              "mend what it names; the running NGINX keeps its old configuration meanwhile");
}

}  // namespace

Findings CheckNginx(const Patient& patient) {
  const NginxSettings& settings = patient.config.nginx;
  if (settings.prefix.empty()) return {Ok("NGINX", "none is configured here")};
  Findings findings;
  if (patient.nginx) {
    findings.push_back(Ok("NGINX", fmt::format("runs, process {}", *patient.nginx)));
    findings.push_back(CheckPort("public", settings.public_port, "/healthz"));
    findings.push_back(CheckPort("internal", settings.internal_port, "/livez"));
  } else {
    findings.push_back(Fail("NGINX", "does not run with " + settings.prefix,
                            fmt::format("nginx -p {0} -c {0}/nginx.conf", settings.prefix)));
  }
  if (!settings.static_dir.empty() && access(settings.static_dir.c_str(), R_OK | X_OK) != 0) {
    findings.push_back(Fail("static files", settings.static_dir + " cannot be read",
                            "set nginx.static_dir to the folder of static files"));
  }
  findings.push_back(CheckText(patient));
  if (findings.back().level == Level::kOk) findings.push_back(CheckSyntax(patient));
  return findings;
}

}  // namespace host::doctor

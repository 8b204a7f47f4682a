// The same as foreign_program.pl with plain libfcgi: no line of the SDK.

#include <fcgiapp.h>

#include <cstdlib>
#include <string>

int main() {
  FCGX_Init();
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  const auto get = [&](const char* name) -> std::string {
    const char* value = FCGX_GetParam(name, request.envp);
    return value == nullptr ? "" : value;
  };
  while (FCGX_Accept_r(&request) == 0) {
    std::string body(std::strtoul(get("CONTENT_LENGTH").c_str(), nullptr, 10), '\0');
    body.resize(FCGX_GetStr(body.data(), static_cast<int>(body.size()), request.in));
    const std::string query = get("QUERY_STRING");
    const std::string status = query.starts_with("status=") ? query.substr(7) : "200";
    const std::string answer = "Status: " + status + "\r\nContent-Type: text/plain\r\n\r\n" +
                               get("REQUEST_METHOD") + " " + get("DOCUMENT_URI") +
                               " id=" + get("ROUTE_id") + " " + body + "\n";
    FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
  }
}

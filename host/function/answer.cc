#include "host/function/answer.h"

#include <chrono>
#include <exception>

#include "host/base/unavailable.h"

namespace host {
namespace {

Response Guarded(Process& process, const Request& request, const Handler& handler,
                 ThreadBoard* board) {
  const auto log = [&](const char* msg, const char* what) {
    process.log.Error(msg, {{"request_id", request.id()},
                            {"method", request.method()},
                            {"route", request.path()},
                            {"error", what}});
  };
  try {
    Context context(process, request.deadline(), board);
    // Also when the deadline has passed meanwhile: a write that was committed must not be reported
    // as one that failed.
    return handler(request, context);
  } catch (const TimedOut& error) {
    process.log.Warning("timed out", {{"request_id", request.id()}, {"error", error.what()}});
    if (board != nullptr) board->CountTimeout();
    return Response::From(
        {504, "The service did not finish in time; try again.", {}, {{"Retry-After", "1"}}});
  } catch (const Unavailable& error) {
    process.log.Warning("unavailable", {{"request_id", request.id()}, {"error", error.what()}});
    return Response::From({503,
                           "A part of the service is away for the moment; try again soon.",
                           {},
                           {{"Retry-After", std::to_string(error.retry_after_s())}}});
  } catch (const db::BadText& error) {
    return Response::From({422, error.what(), {}, {}});
  } catch (const std::exception& error) {
    log("handler failed", error.what());
  } catch (...) {
    log("handler failed", "something that is no std::exception");
  }
  return Response::From(
      {500, "The service made a mistake; the request id tells its owners which.", {}, {}});
}

}  // namespace

Response Answer(Process& process, const Request& request, const Handler& handler,
                ThreadBoard* board) noexcept {
  const SteadyTime start = std::chrono::steady_clock::now();
  Response response = Guarded(process, request, handler, board);
  response.Render(request.id());
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  process.log.Write(response.status() >= 500 ? Level::kWarning : Level::kDebug, "request",
                    {{"request_id", request.id()},
                     {"method", request.method()},
                     {"route", request.path()},
                     {"status", response.status()},
                     {"duration_ms", took.count()}});
  return response;
}

}  // namespace host

#include "host/function/exchange.h"

#include <utility>

#include "host/wire/answer.h"

namespace host {
namespace {

Request ToRequest(wire::Head head, std::string body, SteadyTime deadline) {
  return Request({.method = std::move(head.method),
                  .path = std::move(head.path),
                  .query_string = std::move(head.query_string),
                  .headers = std::move(head.headers),
                  .route = std::move(head.route),
                  .body = std::move(body),
                  .remote_address = std::move(head.remote_address),
                  .request_id = std::move(head.request_id),
                  .deadline = deadline});
}

wire::Answer ToAnswer(const Response& response, std::string_view request_id, bool head) {
  return {.status = response.status(),
          .reason = ReasonPhrase(response.status()),
          .headers = response.headers(),
          .body = response.body(),
          .request_id = request_id,
          .head = head};
}

// The text of an answer that no handler made.
std::string Refusal(Problem problem, std::string_view request_id, bool head = false) {
  Response refusal = Response::From(std::move(problem));
  refusal.Render(request_id);
  return WriteAnswer(ToAnswer(refusal, request_id, head));
}

}  // namespace

void Exchange::Serve(wire::Connection& connection, SteadyTime arrived, ThreadBoard& board) const {
  const SteadyTime deadline = arrived + settings_.timeout;
  auto incoming = connection.Read(settings_.body_bytes, deadline);
  if (!incoming) return;
  if (!incoming->head) {
    Count(board, {}, incoming->head.error().status, arrived);
    connection.Answer(Refusal(incoming->head.error(), incoming->request_id), !draining_);
    return;
  }
  const bool head = incoming->head->method == "HEAD";
  const Request request =
      ToRequest(*std::move(incoming->head), std::move(incoming->body), deadline);
  board.Describe(request.method(), request.path(), request.id());
  Response response = host::Answer(process_, request, handler_, &board);
  if (const char* why = CheckAnswer(ToAnswer(response, {}, head))) {
    process_.log.Error("answer refused",
                       {{"request_id", request.id()}, {"route", request.path()}, {"error", why}});
    response = Response::From(
        {500, "The service made a mistake; the request id tells its owners which.", {}, {}});
    response.Render(request.id());
  }
  Count(board, request.method(), response.status(), arrived);
  connection.Answer(WriteAnswer(ToAnswer(response, request.id(), head)), !draining_);
}

void Exchange::Shed(wire::Connection& connection, SteadyTime arrived, ThreadBoard& board) const {
  auto incoming = connection.Drop();
  if (!incoming) return;
  Problem problem{
      503, "More is asked of the service than it can do; try again.", {}, {{"Retry-After", "1"}}};
  if (!incoming->head) {  // a client's mistake stays one, however busy it is here
    Count(board, {}, incoming->head.error().status, arrived);
    connection.Answer(Refusal(incoming->head.error(), incoming->request_id), !draining_);
    return;
  }
  const Request request = ToRequest(*std::move(incoming->head), {}, {});
  board.CountShed();
  Count(board, request.method(), problem.status, arrived);
  connection.Answer(Refusal(std::move(problem), request.id(), request.method() == "HEAD"),
                    !draining_);
}

void Exchange::RefuseTooLarge(wire::Connection& connection, ThreadBoard& board) const {
  board.Count({}, 431, 0);
  connection.Refuse(
      Refusal({431, "The request has more or longer header fields than are read here."}, ""));
}

void Exchange::Count(ThreadBoard& board, std::string_view method, int status,
                     SteadyTime arrived) const {
  const int64_t took = (std::chrono::steady_clock::now() - arrived).count();
  board.Count(method, status, took);
  if (scoreboard_.slow_ns() != 0 && took > scoreboard_.slow_ns()) board.CountSlow();
}

}  // namespace host

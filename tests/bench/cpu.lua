-- One kind of request, from many networks, as the instance's limits are by address.
--   wrk -s cpu.lua URL -- METHOD PATH [TOKEN-FILE [FORM]]    `#` in PATH and FORM: a number, another each time
local method, path, token, form
local count = 0
function init(arguments)
  method, path = arguments[1], arguments[2]
  if arguments[3] then token = io.open(arguments[3]):read("l") end
  form = arguments[4]
end
function request()
  count = count + 1
  local number = tostring(count % 90000 + 1)
  local headers = { ["X-Forwarded-For"] = string.format("10.%d.%d.%d", count % 250, count / 250 % 250, count / 62500 % 250) }
  if token then headers["Authorization"] = token end
  local body
  if form then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = form:gsub("#", number)
  end
  return wrk.format(method, path:gsub("#", number), headers, body)
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %.3f, "bytes": %d, "p50_ms": %.2f, "p99_ms": %.2f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

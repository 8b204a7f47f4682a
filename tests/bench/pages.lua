-- Readers from many networks, as the instance's limits are by address.
local paths = { "/", "/thoughts/", "/thoughts/", "/search?search=river", "/u/demo/", "/thoughts/5/" }
local count = 0
function request()
  count = count + 1
  local reader = string.format("10.%d.%d.%d", count % 250, count / 250 % 250, count / 62500 % 250)
  return wrk.format("GET", paths[count % #paths + 1], { ["X-Forwarded-For"] = reader, ["Cookie"] = cookie })
end
function init(arguments)
  if arguments[1] then cookie = "session=" .. arguments[1] end
end
function done(summary, latency)
  local ms = function(share) return latency:percentile(share) / 1000 end
  local errors = summary.errors
  io.write(string.format("%.0f pages/s, p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, %d errors\n",
    summary.requests / summary.duration * 1e6, ms(50), ms(90), ms(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end

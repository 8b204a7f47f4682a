// What users see of their own sessions, personal tokens and apps: SQL expressions that make the
// JSON of one, for the functions that list and those that export.
#pragma once

#define ACCOUNTS_ISO_TIME(time) \
  "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"

// Of a row of sessions.
#define ACCOUNTS_SESSION_JSON                                                              \
  "'id', id, 'creation', " ACCOUNTS_ISO_TIME("creation") ", 'expiry', " ACCOUNTS_ISO_TIME( \
      "expiry") ", 'user_agent', user_agent, 'network', network"

// Of a row of personal_tokens.
#define ACCOUNTS_TOKEN_JSON                                                      \
  "'id', id, 'name', name, 'scopes', array_to_string(scopes, ' '), "             \
  "'creation', " ACCOUNTS_ISO_TIME("creation") ", 'expiry', " ACCOUNTS_ISO_TIME( \
      "expiry") ", 'last_use', " ACCOUNTS_ISO_TIME("last_use")

// The apps of user $1, an array: what consents and grants that could still become tokens say,
// together.
#define ACCOUNTS_APPS \
  "(SELECT coalesce(json_agg(json_build_object('client_id', c.id, 'name', c.name, 'uri', c.uri, " \
  "'scopes', a.scopes, 'since', " ACCOUNTS_ISO_TIME("a.since") ", 'last_use', "                 \
  ACCOUNTS_ISO_TIME("a.last_use") ") ORDER BY c.name, c.id), '[]') FROM ("                      \
  "SELECT client_id, string_agg(DISTINCT scope, ' ' ORDER BY scope) AS scopes, "                 \
  "min(since) AS since, max(last_use) AS last_use FROM ("                                        \
  "SELECT g.client_id, unnest(g.scopes) AS scope, g.creation AS since, g.last_use "              \
  "FROM oauth_grants g JOIN users u ON u.id = g.user_id WHERE g.user_id = $1::bigint "           \
  "AND g.revoked IS NULL AND g.creation > clock_timestamp() - interval '90 days' "               \
  "AND extract(epoch FROM g.creation) * 1000 > u.epoch_ms "                                      \
  "UNION ALL SELECT client_id, unnest(scopes), at, NULL FROM oauth_consents "                    \
  "WHERE user_id = $1::bigint) allowed GROUP BY client_id) a JOIN oauth_clients c ON c.id = a.client_id)"

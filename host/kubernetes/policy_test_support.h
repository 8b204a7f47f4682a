// A policy for tests.
#pragma once

namespace host::kubernetes {

inline constexpr char kPolicy[] = R"({
  "part_of": "shop",
  "image": "registry.example/shop/{name}",
  "version": "1.4.0",
  "user": 65532,
  "port": 9000,
  "metrics_port": 9145,
  "config_map": "fnhost",
  "replicas": {"min": 2, "max_per_worker": 5},
  "cpu": {"request_m": 20, "scale_at_m_per_worker": 400},
  "memory": {"host_mb": 32, "request_mb_per_worker": 16},
  "grace": {"pre_stop_s": 5, "spare_s": 10},
  "canaries": {},
  "needs": {
    "database": {
      "environment": {"DATABASE_URL_FILE": "/run/secrets/database/url"},
      "secrets": {"database-shop": "/run/secrets/database"},
      "reaches": ["database"]
    },
    "api": {"environment": {}, "secrets": {}, "reaches": ["nginx"]}
  }
})";

}  // namespace host::kubernetes

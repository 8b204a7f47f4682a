"""Finds libpq: Debian's static one where it can be linked, else the shared one (docs/decisions/0006)."""

_FOLDER = "/usr/lib/postgresql/{}/lib"
_PARTS = ["libpgcommon_shlib.a", "libpgport_shlib.a"]

_STATIC = """
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "libpq",
    linkopts = ["-l:libpq.a", {parts}, "-lssl", "-lcrypto"],
    visibility = ["//visibility:public"],
    deps = ["@fnhost//bazel/libpq:without_kerberos_and_ldap"],
)
"""

_SHARED = """
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "libpq",
    linkopts = ["-lpq"],
    visibility = ["//visibility:public"],
)
"""

def _version(context):
    """The major version of libpq-dev's headers, as text."""
    result = context.execute(["sed", "-n", 's/^#define PG_MAJORVERSION "\\([0-9]*\\)"$/\\1/p', "/usr/include/postgresql/pg_config.h"])
    return result.stdout.strip()

def _impl(context):
    shared = context.os.environ.get("FNHOST_LIBPQ") == "shared"
    parts = [_FOLDER.format(_version(context)) + "/" + part for part in _PARTS]
    found = all([context.path(part).exists for part in parts])
    text = _STATIC.format(parts = ", ".join(['"%s"' % part for part in parts])) if found and not shared else _SHARED
    context.file("BUILD", text)
    context.file("WORKSPACE", "")

libpq = repository_rule(
    implementation = _impl,
    environ = ["FNHOST_LIBPQ"],  # "shared": never the static one
    local = True,
)

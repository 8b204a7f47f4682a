"""function(): what a function's folder builds. Policy for all functions stands here."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")

# What a function does not call is left out: each library that is loaded delays its first answer.
# Names of functions stay in the file (not in memory), for the slow log's stacks
# (docs/decisions/0010).
FUNCTION_LINKOPTS = ["-Wl,--gc-sections", "-Wl,--as-needed", "-Wl,--strip-debug"]

def function(name, deps = [], test_deps = [], test_tags = [], templates = []):
    """Builds handler.cc into the worker binary `name`, and its tests.

    Args:
      name: the folder's name, the manifest's name and the binary's name.
      deps: what handler.cc includes beyond the SDK (functions/shared/...).
      test_deps: what only handler_test.cc includes.
      test_tags: of handler_test, as "local" for one that starts a PostgreSQL.
      templates: .html files of the folder, which the binary carries: function::Template("x.html")
        of functions/shared/web/page.h.
    """
    srcs = ["handler.cc"]
    if templates:
        native.genrule(
            name = "templates",
            srcs = templates,
            outs = ["templates.cc"],
            cmd = "$(location //bazel:embed.sh) functions/shared/web/page.h function::Template " +
                  native.package_name() + "/ '' $(SRCS) > $@",
            tools = ["//bazel:embed.sh"],
        )
        srcs = srcs + [":templates"]
    cc_binary(
        name = name,
        srcs = srcs + ["//host/function:main.cc"],
        linkopts = FUNCTION_LINKOPTS,
        visibility = ["//visibility:public"],
        deps = ["//host/function", "//host/function:worker"] + deps,
    )
    cc_test(
        name = "handler_test",
        size = "medium" if "local" in test_tags else "small",
        srcs = srcs + ["handler_test.cc"],
        data = ["function.json"],
        tags = test_tags,
        deps = ["//host/function", "//host/testing"] + deps + test_deps,
    )
    native.sh_test(
        name = "manifest_test",
        size = "small",
        srcs = ["//bazel:manifest_test.sh"],
        args = ["$(location //host/manifest:check)", "$(location function.json)", name],
        data = ["function.json", "//host/manifest:check"],
    )
    native.filegroup(
        name = "manifest",
        srcs = ["function.json"],
        visibility = ["//visibility:public"],
    )

// GSSAPI for a libpq that is linked without Kerberos: each call that would begin something fails,
// and libpq reports the text of gss_display_status below. Signatures: RFC 2744, section 5; libpq
// passes more arguments than are looked at here.

#include <cstdint>
#include <cstring>

namespace {

using Status = uint32_t;  // OM_uint32

constexpr Status kUnavailable = 16U << 16;  // GSS_S_UNAVAILABLE, section 3.9.1

struct Buffer {  // gss_buffer_desc
  size_t length;
  void* value;
};

Status Refuse(Status* minor) {
  if (minor != nullptr) *minor = 0;
  return kUnavailable;
}

}  // namespace

extern "C" {

extern const void* const GSS_C_NT_HOSTBASED_SERVICE;
const void* const GSS_C_NT_HOSTBASED_SERVICE = nullptr;

Status gss_acquire_cred(Status* minor) { return Refuse(minor); }
Status gss_import_name(Status* minor) { return Refuse(minor); }
Status gss_init_sec_context(Status* minor) { return Refuse(minor); }
Status gss_wrap(Status* minor) { return Refuse(minor); }
Status gss_wrap_size_limit(Status* minor) { return Refuse(minor); }
Status gss_unwrap(Status* minor) { return Refuse(minor); }

// Nothing was begun, so there is nothing to free.
Status gss_delete_sec_context(Status* minor) { return Refuse(minor); }
Status gss_release_cred(Status* minor) { return Refuse(minor); }
Status gss_release_name(Status* minor) { return Refuse(minor); }
Status gss_release_buffer(Status* minor, Buffer* buffer) {
  *buffer = {};
  if (minor != nullptr) *minor = 0;
  return 0;
}

Status gss_display_status(Status* minor, Status, int, const void*, Status* more, Buffer* text) {
  static char why[] = "linked without Kerberos: use a password, SCRAM or a certificate";
  *minor = 0;
  *more = 0;
  *text = {std::strlen(why), why};
  return 0;
}

}  // extern "C"

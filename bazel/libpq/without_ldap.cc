// LDAP for a libpq that is linked without it. libpq asks LDAP for connection parameters when
// pg_service.conf names an ldap:// address. It calls ldap_init first and reports its failure
// ("could not create LDAP structure"); the others are never reached.

extern "C" {

void* ldap_init() { return nullptr; }

const char* ldap_err2string(int) { return "linked without LDAP"; }
int ldap_search_st() { return 0x5c; }  // LDAP_NOT_SUPPORTED
int ldap_set_option() { return 0x5c; }
int ldap_simple_bind() { return -1; }
int ldap_result() { return -1; }
int ldap_count_entries() { return 0; }
void* ldap_first_entry() { return nullptr; }
void* ldap_get_values_len() { return nullptr; }
void ldap_value_free_len() {}
int ldap_msgfree() { return 0; }
int ldap_unbind() { return 0; }

}  // extern "C"

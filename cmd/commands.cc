// THE table of commands, in help order.
#include "cmd/commands.h"

#include "cmd/address/address.h"
#include "cmd/alias/alias.h"
#include "cmd/ban/ban.h"
#include "cmd/conf/conf.h"
#include "cmd/control/control.h"
#include "cmd/dkim/dkim.h"
#include "cmd/dns/dns.h"
#include "cmd/domain/domain.h"
#include "cmd/explain/explain.h"
#include "cmd/export/export.h"
#include "cmd/fts/fts.h"
#include "cmd/import/import.h"
#include "cmd/log/level.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/queue/queue.h"
#include "cmd/quota/quota.h"
#include "cmd/route/route.h"
#include "cmd/sending/sending.h"
#include "cmd/srs/srs.h"
#include "cmd/sendmail/sendmail.h"
#include "cmd/serve/serve.h"
#include "cmd/service/service.h"
#include "cmd/session/session.h"
#include "cmd/smtp/smtp.h"
#include "cmd/spf/spf.h"
#include "cmd/status/status.h"
#include "cmd/store/verbs.h"
#include "cmd/tls/tls.h"
#include "cmd/tlsrpt/tlsrpt.h"
#include "cmd/user/user.h"

namespace mailctl::cmd {

const std::vector<Command>& commands()
{
    static const std::vector<Command> all{
        {"serve", Needs::Config, add_serve},
        {"status", Needs::Server, add_status},
        {"service list", Needs::Server, add_service_list},
        {"service stop", Needs::Server, add_service_stop},
        {"service start", Needs::Server, add_service_start},
        {"session list", Needs::Server, add_session_list},
        {"session kick", Needs::Server, add_session_kick},
        {"session watch", Needs::Server, add_session_watch},
        {"conf init", Needs::Nothing, add_conf_init},
        {"conf check", Needs::Nothing, add_conf_check},
        {"conf show", Needs::Nothing, add_conf_show},
        {"conf describe", Needs::Nothing, add_conf_describe},
        {"conf set", Needs::Nothing, add_conf_set},
        {"conf plan", Needs::Read, add_conf_plan},
        {"conf apply", Needs::Change, add_conf_apply},
        {"conf confirm", Needs::Server, add_conf_confirm},
        {"control token", Needs::Nothing, add_control_token},
        {"domain add", Needs::Change, add_domain_add},
        {"domain list", Needs::Read, add_domain_list},
        {"domain show", Needs::Read, add_domain_show},
        {"domain set", Needs::Change, add_domain_set},
        {"domain enable", Needs::Change, add_domain_enable},
        {"domain disable", Needs::Change, add_domain_disable},
        {"domain remove", Needs::Change, add_domain_remove},
        {"domain rename", Needs::Change, add_domain_rename},
        {"domain alias", Needs::Change, add_domain_alias},
        {"domain dns", Needs::Read, add_domain_dns},
        {"user add", Needs::Change, add_user_add},
        {"user list", Needs::Read, add_user_list},
        {"user show", Needs::Read, add_user_show},
        {"user set", Needs::Change, add_user_set},
        {"user passwd", Needs::Change, add_user_passwd},
        {"user unlock", Needs::Change, add_user_unlock},
        {"user enable", Needs::Change, add_user_enable},
        {"user disable", Needs::Change, add_user_disable},
        {"user suspend", Needs::Change, add_user_suspend},
        {"user contain", Needs::Change, add_user_contain},
        {"user remove", Needs::Change, add_user_remove},
        {"user restore", Needs::Change, add_user_restore},
        {"user erase", Needs::Change, add_user_erase},
        {"user rename", Needs::Change, add_user_rename},
        {"user generate", Needs::Change, add_user_generate},
        {"user wipe-clients", Needs::Change, add_user_wipe_clients},
        {"user activity", Needs::Read, add_user_activity},
        {"user client-settings", Needs::Read, add_user_client_settings},
        {"user apppass add", Needs::Change, add_user_apppass_add},
        {"user apppass list", Needs::Read, add_user_apppass_list},
        {"user apppass revoke", Needs::Change, add_user_apppass_revoke},
        {"user cert add", Needs::Change, add_user_cert_add},
        {"user cert list", Needs::Read, add_user_cert_list},
        {"user cert revoke", Needs::Change, add_user_cert_revoke},
        {"user cert issue", Needs::Change, add_user_cert_issue},
        {"user cert export", Needs::Read, add_user_cert_export},
        {"user cert authority", Needs::Change, add_user_cert_authority},
        {"user send-as list", Needs::Read, add_user_send_as_list},
        {"user send-as add", Needs::Change, add_user_send_as_add},
        {"user send-as remove", Needs::Change, add_user_send_as_remove},
        {"user delegate add", Needs::Change, add_user_delegate_add},
        {"user delegate list", Needs::Read, add_user_delegate_list},
        {"user delegate remove", Needs::Change, add_user_delegate_remove},
        {"quota list", Needs::Read, add_quota_list},
        {"quota recount", Needs::Change, add_quota_recount},
        {"mailbox list", Needs::Read, add_mailbox_list},
        {"mailbox show", Needs::Read, add_mailbox_show},
        {"mailbox create", Needs::Change, add_mailbox_create},
        {"mailbox rename", Needs::Change, add_mailbox_rename},
        {"mailbox delete", Needs::Change, add_mailbox_delete},
        {"mailbox subscribe", Needs::Change, add_mailbox_subscribe},
        {"mailbox search", Needs::Read, add_mailbox_search},
        {"mailbox cat", Needs::Read, add_mailbox_cat},
        {"mailbox flags", Needs::Change, add_mailbox_flags},
        {"mailbox copy", Needs::Change, add_mailbox_copy},
        {"mailbox move", Needs::Change, add_mailbox_move},
        {"mailbox resend", Needs::Change, add_mailbox_resend},
        {"mailbox empty", Needs::Change, add_mailbox_empty},
        {"mailbox deleted", Needs::Read, add_mailbox_deleted},
        {"mailbox undelete", Needs::Change, add_mailbox_undelete},
        {"mailbox retention", Needs::Change, add_mailbox_retention},
        {"mailbox address", Needs::Change, add_mailbox_address},
        {"mailbox acl list", Needs::Read, add_mailbox_acl_list},
        {"mailbox acl set", Needs::Change, add_mailbox_acl_set},
        {"mailbox acl remove", Needs::Change, add_mailbox_acl_remove},
        {"mailbox acl seen", Needs::Change, add_mailbox_acl_seen},
        {"mailbox unlock", Needs::Server, add_mailbox_unlock},
        {"fts status", Needs::Read, add_fts_status},
        {"fts update", Needs::Change, add_fts_update},
        {"fts rebuild", Needs::Change, add_fts_rebuild},
        {"fts erase", Needs::Change, add_fts_erase},
        {"alias add", Needs::Change, add_alias_add},
        {"alias list", Needs::Read, add_alias_list},
        {"alias show", Needs::Read, add_alias_show},
        {"alias set", Needs::Change, add_alias_set},
        {"alias remove", Needs::Change, add_alias_remove},
        {"address explain", Needs::Read, add_address_explain},
        {"address check", Needs::Read, add_address_check},
        {"ban list", Needs::Read, add_ban_list},
        {"ban add", Needs::Change, add_ban_add},
        {"ban remove", Needs::Change, add_ban_remove},
        {"ban clear", Needs::Change, add_ban_clear},
        {"queue list", Needs::Read, add_queue_list},
        {"queue show", Needs::Read, add_queue_show},
        {"queue cat", Needs::Read, add_queue_cat},
        {"queue headers", Needs::Read, add_queue_headers},
        {"queue hold", Needs::Change, add_queue_hold},
        {"queue release", Needs::Change, add_queue_release},
        {"queue retry", Needs::Change, add_queue_retry},
        {"queue reroute", Needs::Change, add_queue_reroute},
        {"queue fail", Needs::Change, add_queue_fail},
        {"queue drop", Needs::Change, add_queue_drop},
        {"queue priority", Needs::Change, add_queue_priority},
        {"queue shape", Needs::Read, add_queue_shape},
        {"queue report", Needs::Read, add_queue_report},
        {"queue top", Needs::Read, add_queue_top},
        {"queue history", Needs::Read, add_queue_history},
        {"queue rules list", Needs::Read, add_queue_rules_list},
        {"queue rules add", Needs::Change, add_queue_rules_add},
        {"queue rules remove", Needs::Change, add_queue_rules_remove},
        {"queue pause", Needs::Change, add_queue_pause},
        {"queue resume", Needs::Change, add_queue_resume},
        {"queue export", Needs::Read, add_queue_export},
        {"sending list", Needs::Change, add_sending_list},
        {"sending reset", Needs::Change, add_sending_reset},
        {"srs wrap", Needs::Change, add_srs_wrap},
        {"srs unwrap", Needs::Change, add_srs_unwrap},
        {"srs rotate", Needs::Change, add_srs_rotate},
        {"send", Needs::Change, add_send},
        {"sendmail", Needs::Change, add_sendmail},
        {"route explain", Needs::Read, add_route_explain},
        {"route list", Needs::Read, add_route_list},
        {"dns lookup", Needs::Read, add_dns_lookup},
        {"dns flush", Needs::Server, add_dns_flush},
        {"spf check", Needs::Nothing, add_spf_check},
        {"spf show", Needs::Nothing, add_spf_show},
        {"tlsrpt list", Needs::Read, add_tlsrpt_list},
        {"tlsrpt show", Needs::Read, add_tlsrpt_show},
        {"smtp probe", Needs::Config, add_smtp_probe},
        {"smtp etrn", Needs::Nothing, add_smtp_etrn},
        {"store stats", Needs::Read, add_store_stats},
        {"store check", Needs::Change, add_store_check},
        {"store scrub", Needs::Read, add_store_scrub},
        {"store salvage", Needs::Nothing, add_store_salvage},
        {"store compact", Needs::Change, add_store_compact},
        {"store move", Needs::Change, add_store_move},
        {"log level", Needs::Server, add_log_level},
        {"dkim keygen", Needs::Change, add_dkim_keygen},
        {"dkim import", Needs::Change, add_dkim_import},
        {"dkim list", Needs::Read, add_dkim_list},
        {"dkim show", Needs::Read, add_dkim_show},
        {"dkim dns", Needs::Read, add_dkim_dns},
        {"dkim check", Needs::Read, add_dkim_check},
        {"dkim enable", Needs::Change, add_dkim_enable},
        {"dkim disable", Needs::Change, add_dkim_disable},
        {"dkim activate", Needs::Change, add_dkim_activate},
        {"dkim retire", Needs::Change, add_dkim_retire},
        {"dkim delete", Needs::Change, add_dkim_delete},
        {"dkim set", Needs::Change, add_dkim_set},
        {"dkim rotate", Needs::Change, add_dkim_rotate},
        {"dkim sign", Needs::Read, add_dkim_sign, "--key"},
        {"dkim verify", Needs::Nothing, add_dkim_verify},
        {"tls new", Needs::Nothing, add_tls_new},
        {"tls csr", Needs::Nothing, add_tls_csr},
        {"tls show", Needs::Nothing, add_tls_show},
        {"import users", Needs::Change, add_import_users},
        {"export users", Needs::Read, add_export_users},
        {"export domains", Needs::Read, add_export_domains},
        {"export aliases", Needs::Read, add_export_aliases},
        {"explain", Needs::Nothing, add_explain},
    };
    return all;
}

} // namespace mailctl::cmd

// The parts of the table of settings that have a file of their own.
#pragma once

#include "conf/schema/schema.h"

namespace mailctl::conf {

using SettingRows = std::vector<Setting<Config>>;

void add_abuse_rows(SettingRows& out);
void add_http_rows(SettingRows& out);
void add_fts_rows(SettingRows& out);
void add_keeping_rows(SettingRows& out);
void add_oauth_rows(SettingRows& out);
void add_outbound_rows(SettingRows& out);
void add_sending_rows(SettingRows& out);
void add_sharing_rows(SettingRows& out);
void add_user_rows(SettingRows& out);

} // namespace mailctl::conf

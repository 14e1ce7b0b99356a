// Settings of full-text search: rows of [fts].
#include "conf/schema/parts.h"

#include "conf/schema/words.h"

namespace mailctl::conf {

#define AT(member) [](auto& c) -> auto& { return c.member; }

void add_fts_rows(SettingRows& out)
{
    out.push_back(rows::row<Config>("fts.enabled", AT(fts.enabled), Effect::Hot,
                                    "Search texts of messages by an index",
                                    "What a search finds is the same without one. It also lets clients "
                                    "search for what is like their words (SEARCH FUZZY)."));
    out.push_back(rows::row<Config>("fts.folder", AT(fts.folder), Effect::Restart,
                                    "Folder of the indexes; empty: fts in server.data_dir",
                                    "They need not be in a backup: a missing one is made anew. The folder "
                                    "holds a CACHEDIR.TAG, by which backup tools know to pass over it."));
    out.push_back(rows::row<Config>("fts.least_messages", AT(fts.least_messages), Effect::Hot,
                                    "Messages an account must have to be given an index when it is searched",
                                    "A search of fewer reads them quickly enough."));
    out.push_back(rows::row<Config>("fts.message_octets", AT(fts.message_octets), Effect::Hot,
                                    "Most text of one message that goes into an index",
                                    "Messages with more are read by each search."));
    out.push_back(rows::row<Config>("fts.update", AT(fts.update), Effect::Hot,
                                    "How often new mail goes into the indexes of users who search",
                                    "And at each search. Delivery never waits for it."));
}

#undef AT

} // namespace mailctl::conf

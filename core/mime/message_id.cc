// Reads message identifications.
#include "core/mime/message_id.h"

#include "core/base/ascii.h"

namespace mailctl::mime {

std::vector<std::string> parse_message_ids(std::string_view value)
{
    std::vector<std::string> ids;
    std::string id;
    for (const char c : value) {
        if (c == '<')
            id = '<';
        else if (!id.empty() && !ascii::is_control(c) && c != ' ')
            id += c;
        if (c != '>' || id.empty())
            continue;
        if (id.size() > 2)
            ids.push_back(id);
        id.clear();
    }
    return ids;
}

} // namespace mailctl::mime

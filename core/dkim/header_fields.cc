// Picks fields from the bottom of the header upwards.
#include "core/dkim/header_fields.h"

#include <map>

#include "core/base/ascii.h"

namespace mailctl::dkim {

std::vector<mime::Field> fields_of(std::string_view header)
{
    std::vector<mime::Field> fields;
    for (mime::FieldReader reader(header); reader.next();)
        fields.push_back(reader.field());
    return fields;
}

std::string signed_fields(const std::vector<mime::Field>& fields,
                          const std::vector<std::string>& names, Canon canon,
                          const mime::Field* except)
{
    std::map<std::string, std::vector<const mime::Field*>> by_name; // the bottom one last
    for (const auto& field : fields) {
        if (&field != except && !field.name.empty())
            by_name[ascii::lower(field.name)].push_back(&field);
    }
    std::string out;
    for (const auto& name : names) {
        const auto found = by_name.find(ascii::lower(name));
        if (found == by_name.end() || found->second.empty())
            continue; // RFC 6376 §3.5: as a null string
        out += canonical_field(canon, found->second.back()->raw);
        found->second.pop_back();
    }
    return out;
}

} // namespace mailctl::dkim

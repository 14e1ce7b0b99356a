// The fields of stored messages.
#include "cmd/mailbox/message_view.h"

#include "core/imap/flag_list.h"
#include "core/imap/server/object_id.h"
#include "core/mime/encoded_word.h"
#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

/// Fields that only reading the card tells.
constexpr std::string_view kCardFields[] = {"from", "to", "subject", "message_id", "thread"};

const mime::Envelope* envelope_of(const MessageView& view)
{
    return view.email ? &view.email->card.envelope : nullptr;
}

Cell text_of(const MessageView& view, std::string mime::Envelope::*field)
{
    const auto* envelope = envelope_of(view);
    return envelope ? Cell(mime::decode_header_text(envelope->*field)) : Cell();
}

Cell addresses_of(const MessageView& view, mime::AddressList mime::Envelope::*field)
{
    const auto* envelope = envelope_of(view);
    return envelope ? Cell(shown_addresses(envelope->*field)) : Cell();
}

} // namespace

std::vector<std::string> flag_names(const store::Flags& flags,
                                    const std::vector<std::string>& keywords)
{
    std::vector<std::string> names;
    for (const auto& flag : imap::kSystemFlags)
        if (flags.has(static_cast<store::SystemFlag>(flag.flag)))
            names.push_back(ascii::lower(flag.name.substr(1)));
    for (unsigned i = 0; i < keywords.size(); ++i)
        if (flags.has_keyword(i))
            names.push_back(keywords[i]);
    return names;
}

std::string shown_addresses(const mime::AddressList& list)
{
    std::string out;
    for (const auto& one : list) {
        const auto address = one.host.empty() ? one.mailbox : one.mailbox + "@" + one.host;
        const auto name = mime::decode_header_text(one.name);
        out += (out.empty() ? "" : ", ") + (name.empty() ? address : name + " <" + address + ">");
    }
    return out;
}

const Properties<MessageView>& message_properties()
{
    using V = const MessageView&;
    static const Properties<MessageView> all{
        {"user", true, [](V v) { return Cell(v.user); }},
        {"mailbox", true, [](V v) { return Cell(v.mailbox); }},
        {"uid", true, [](V v) { return Cell(value_of(v.row.uid)); }},
        {"received", true, [](V v) { return Cell(v.row.internal_date); }},
        {"size", true, [](V v) { return Cell(Octets{v.row.octets}); }},
        {"flags", true, [](V v) { return Cell(flag_names(v.row.flags, v.keywords)); }},
        {"from", true, [](V v) { return addresses_of(v, &mime::Envelope::from); }},
        {"subject", true, [](V v) { return text_of(v, &mime::Envelope::subject); }},
        {"id", false, [](V v) { return Cell(imap::object_id(v.row.email)); }},
        {"thread", false,
         [](V v) { return v.email ? Cell(imap::object_id(v.email->thread)) : Cell(); }},
        {"to", false, [](V v) { return addresses_of(v, &mime::Envelope::to); }},
        {"saved", false, [](V v) { return Cell(v.row.saved); }},
        {"message_id", false, [](V v) { return text_of(v, &mime::Envelope::message_id); }},
    };
    return all;
}

Result<> look_into(Context& ctx, const Filter<MessageView>& filter, store::Account& account,
                   MessageView& view)
{
    if (!filter.uses(kCardFields))
        return ok();
    auto email = ctx.wait(account.email(view.row.email));
    if (!email && email.error().code() == Errc::NotFound)
        return ok();
    if (!email)
        return email.error();
    view.email = *std::move(email);
    return ok();
}

} // namespace mailctl::cmd

// Asks a query's terms about mailboxes, and leaves those about messages.
#include "core/query/query.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/imap/mailbox_pattern.h"

namespace mailctl::query {

/// `decided`: the same for every message of the mailbox; else `key` decides.
struct Query::Narrowed {
    std::optional<bool> decided;
    imap::SearchKey key;

    explicit Narrowed(bool always) : decided(always) {}
    explicit Narrowed(imap::SearchKey each) : key(std::move(each)) {}
};

Query::Narrowed Query::narrow(const Node& node, const MailboxFacts& mailbox)
{
    switch (node.kind) {
    case Node::Kind::Key:
        return Narrowed(node.key);
    case Node::Kind::Mailbox:
        return Narrowed(imap::matches_pattern(node.pattern, mailbox.name, '/'));
    case Node::Kind::Role:
        return Narrowed(ascii::equals_ignoring_case(node.pattern, mailbox.role));
    case Node::Kind::Not: {
        auto inner = narrow(node.children.front(), mailbox);
        if (inner.decided)
            return Narrowed(!*inner.decided);
        imap::SearchKey key(imap::SearchKey::Kind::Not);
        key.children.push_back(std::move(inner.key));
        return Narrowed(std::move(key));
    }
    default:
        return narrow_all(node, mailbox);
    }
}

/// And, Or: one decisive child ends it, the decided ones that are not fall out.
Query::Narrowed Query::narrow_all(const Node& node, const MailboxFacts& mailbox)
{
    const bool decisive = node.kind == Node::Kind::Or;
    imap::SearchKey key(decisive ? imap::SearchKey::Kind::Or : imap::SearchKey::Kind::And);
    for (const auto& child : node.children) {
        auto one = narrow(child, mailbox);
        if (one.decided == decisive)
            return Narrowed(decisive);
        if (!one.decided)
            key.children.push_back(std::move(one.key));
    }
    if (key.children.empty())
        return Narrowed(!decisive);
    return Narrowed(std::move(key));
}

std::optional<imap::SearchKey> Query::for_mailbox(const MailboxFacts& mailbox) const
{
    auto narrowed = narrow(root_, mailbox);
    if (!narrowed.decided)
        return std::move(narrowed.key);
    if (!*narrowed.decided)
        return std::nullopt;
    return imap::SearchKey(imap::SearchKey::Kind::All);
}

} // namespace mailctl::query

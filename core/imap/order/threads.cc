// Links messages to those they answer.
#include "core/imap/order/threads.h"

#include <algorithm>
#include <functional>

#include "core/imap/order/base_subject.h"
#include "core/mime/message_id.h"

namespace mailctl::imap {
namespace {

constexpr unsigned kLoopSteps = 10'000; // a chain so long that it is no conversation

std::uint64_t hash_of(std::string_view text)
{
    const std::uint64_t hash = std::hash<std::string_view>()(text);
    return hash == 0 ? 1 : hash; // 0 stands for none
}

/// The References, or the first of In-Reply-To where there is none. RFC 5256 §3, but: the card
/// keeps both in one list, so one of In-Reply-To that References lacks is the last of them.
std::vector<std::uint64_t> references_of(const mime::Card& card)
{
    auto ids = card.references;
    if (ids == mime::parse_message_ids(card.envelope.in_reply_to) && ids.size() > 1)
        ids.resize(1);
    std::vector<std::uint64_t> hashes;
    for (const auto& id : ids)
        hashes.push_back(hash_of(id));
    return hashes;
}

} // namespace

ThreadMessage thread_message(std::uint32_t number, const mime::Card& card, Time arrived,
                             mime::Collation collation)
{
    ThreadMessage message;
    message.number = number;
    message.arrived = arrived;
    message.sent = card.date.value_or(arrived);
    const auto ids = mime::parse_message_ids(card.envelope.message_id);
    if (!ids.empty())
        message.id = hash_of(ids.front());
    message.references = references_of(card);
    const auto base = base_subject(card.envelope.subject);
    message.is_reply = base.is_reply;
    if (!base.text.empty())
        message.subject = hash_of(mime::sort_form(collation, base.text));
    return message;
}

/// Where a message goes: the place that references to it made, or one of its own where its
/// Message-ID is missing or another's. RFC 5256 §3, REFERENCES step 1.
std::uint32_t Threads::place_of(const ThreadMessage& message)
{
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    auto place = fresh;
    if (message.id != 0 && rule_ != ThreadRule::OrderedSubject)
        place = by_id_.try_emplace(message.id, fresh).first->second;
    if (place != fresh && !nodes_[place].is_dummy())
        place = fresh;
    if (place == fresh)
        nodes_.emplace_back();
    else
        --missing_;
    return place;
}

std::uint32_t Threads::reference(std::uint64_t id)
{
    if (const auto found = by_id_.find(id); found != by_id_.end())
        return found->second;
    if (missing_ == kMissingMessages)
        return kNoNode;
    ++missing_;
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    by_id_[id] = fresh;
    return fresh;
}

/// True where `other` is below `node`, or it, or too far down to tell.
bool Threads::is_above(std::uint32_t node, std::uint32_t other) const
{
    if (node == other)
        return true;
    if (!nodes_[node].had_child)
        return false;
    for (unsigned steps = 0; other != kNoNode; other = nodes_[other].parent)
        if (other == node || ++steps > kLoopSteps)
            return true;
    return false;
}

/// No loops: RFC 5256 §3, REFERENCES step 1.
void Threads::link(std::uint32_t child, std::uint32_t parent)
{
    if (parent == kNoNode || is_above(child, parent))
        return;
    nodes_[child].parent = parent;
    nodes_[parent].had_child = true;
}

void Threads::add(const ThreadMessage& message)
{
    const auto place = place_of(message);
    nodes_[place].number = message.number;
    nodes_[place].sent = message.sent;
    nodes_[place].arrived = message.arrived;
    nodes_[place].subject = message.subject;
    nodes_[place].is_reply = message.is_reply;
    if (rule_ == ThreadRule::OrderedSubject)
        return;
    auto last = kNoNode;
    for (const auto id : message.references) {
        const auto referred = reference(id);
        if (referred == kNoNode)
            continue;
        if (nodes_[referred].parent == kNoNode)
            link(referred, last);
        last = referred;
    }
    // What others said of this one's parent was a guess.
    nodes_[place].parent = kNoNode;
    link(place, last);
}

void Threads::put(std::string& out)
{
    by_id_ = {};
    if (rule_ == ThreadRule::OrderedSubject) {
        put_threads(out, group_by_subject(std::move(nodes_)));
        return;
    }
    auto tree = prune(std::move(nodes_));
    if (rule_ == ThreadRule::References)
        join_subjects(tree);
    else
        sort_by_latest(tree);
    put_threads(out, tree);
}

} // namespace mailctl::imap

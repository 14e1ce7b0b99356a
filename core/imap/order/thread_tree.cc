// Steps of threading after messages are linked.
#include "core/imap/order/thread_tree.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mailctl::imap {
namespace {

using Nodes = std::vector<std::uint32_t>;

/// The date by which a node is sorted: a dummy's is that of its first child.
const ThreadNode& dated(const ThreadTree& tree, std::uint32_t node)
{
    const bool is_dummy = tree.nodes[node].is_dummy() && !tree.children[node].empty();
    return tree.nodes[is_dummy ? tree.children[node].front() : node];
}

/// By sent date, then by number. RFC 5256 §3
void sort_siblings(const ThreadTree& tree, Nodes& siblings)
{
    std::sort(siblings.begin(), siblings.end(), [&tree](std::uint32_t a, std::uint32_t b) {
        const auto& left = dated(tree, a);
        const auto& right = dated(tree, b);
        return left.sent != right.sent ? left.sent < right.sent : left.number < right.number;
    });
}

/// Parents before their children.
Nodes top_down(const std::vector<ThreadNode>& nodes)
{
    std::vector<std::uint32_t> ends(nodes.size() + 1); // children of n: [ends[n - 1], ends[n])
    Nodes order;
    for (std::uint32_t n = 0; n < nodes.size(); ++n) {
        if (nodes[n].parent == kNoNode)
            order.push_back(n);
        else
            ++ends[nodes[n].parent];
    }
    for (std::size_t n = 1; n < ends.size(); ++n)
        ends[n] += ends[n - 1];
    Nodes children(ends.back());
    auto places = ends;
    for (std::uint32_t n = 0; n < nodes.size(); ++n)
        if (nodes[n].parent != kNoNode)
            children[--places[nodes[n].parent]] = n;
    order.reserve(nodes.size());
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto n = order[at];
        order.insert(order.end(), children.begin() + places[n], children.begin() + ends[n]);
    }
    return order;
}

/// Step 2 and 3: a message hangs on the nearest message above it, or else on the topmost dummy.
void drop_dummies(ThreadTree& tree)
{
    auto& nodes = tree.nodes;
    for (const auto n : top_down(nodes)) {
        auto& node = nodes[n];
        if (node.parent != kNoNode) {
            const auto& above = nodes[node.parent];
            if (above.is_dummy() && above.parent != kNoNode)
                node.parent = above.parent; // settled before
        }
        if (node.parent == kNoNode)
            tree.roots.push_back(n);
        else if (!node.is_dummy())
            tree.children[node.parent].push_back(n);
    }
}

/// A dummy at the top is worth its place only where it holds two or more together.
void drop_top_dummies(ThreadTree& tree)
{
    Nodes kept;
    for (const auto root : tree.roots) {
        if (!tree.nodes[root].is_dummy() || tree.children[root].size() > 1)
            kept.push_back(root);
        else if (!tree.children[root].empty())
            kept.push_back(tree.children[root].front());
    }
    tree.roots.swap(kept);
}

/// The message whose subject a root goes by.
const ThreadNode& named_by(const ThreadTree& tree, std::uint32_t root) { return dated(tree, root); }

/// Step 5.B: for each subject the root that others join.
std::unordered_map<std::uint64_t, std::uint32_t> subject_table(const ThreadTree& tree)
{
    std::unordered_map<std::uint64_t, std::uint32_t> table;
    for (const auto root : tree.roots) {
        const auto& named = named_by(tree, root);
        if (named.subject == 0)
            continue;
        const auto [at, is_new] = table.try_emplace(named.subject, root);
        if (is_new || tree.nodes[at->second].is_dummy())
            continue;
        const bool is_dummy = tree.nodes[root].is_dummy();
        if (is_dummy || (tree.nodes[at->second].is_reply && !named.is_reply))
            at->second = root;
    }
    return table;
}

std::uint32_t new_dummy(ThreadTree& tree, Nodes children)
{
    tree.nodes.emplace_back();
    tree.children.push_back(std::move(children));
    return static_cast<std::uint32_t>(tree.nodes.size() - 1);
}

/// Step 5.C: joins one root with the table's of its subject. Gives what takes the table's place.
std::uint32_t join(ThreadTree& tree, std::uint32_t table, std::uint32_t root)
{
    auto& siblings = tree.children[table];
    if (tree.nodes[table].is_dummy()) {
        auto& own = tree.children[root];
        if (tree.nodes[root].is_dummy())
            siblings.insert(siblings.end(), own.begin(), own.end());
        else
            siblings.push_back(root);
        return table;
    }
    if (tree.nodes[root].is_reply && !tree.nodes[table].is_reply) {
        siblings.push_back(root);
        return table;
    }
    return new_dummy(tree, {table, root});
}

/// The latest arrival at or below each node.
std::vector<Time> latest_arrivals(const ThreadTree& tree)
{
    std::vector<Time> latest(tree.nodes.size());
    Nodes order = tree.roots;
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto& below = tree.children[order[at]];
        order.insert(order.end(), below.begin(), below.end());
    }
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
        latest[*at] = tree.nodes[*at].is_dummy() ? Time::min() : tree.nodes[*at].arrived;
        for (const auto child : tree.children[*at])
            latest[*at] = std::max(latest[*at], latest[child]);
    }
    return latest;
}

} // namespace

ThreadTree group_by_subject(std::vector<ThreadNode> nodes)
{
    ThreadTree tree;
    tree.nodes = std::move(nodes);
    tree.children.resize(tree.nodes.size());
    Nodes all(tree.nodes.size());
    for (std::uint32_t n = 0; n < all.size(); ++n)
        all[n] = n;
    sort_siblings(tree, all);
    std::unordered_map<std::uint64_t, std::uint32_t> first_of;
    for (const auto n : all) {
        const auto [at, is_new] = first_of.try_emplace(tree.nodes[n].subject, n);
        if (is_new)
            tree.roots.push_back(n);
        else
            tree.children[at->second].push_back(n);
    }
    return tree;
}

ThreadTree prune(std::vector<ThreadNode> nodes)
{
    ThreadTree tree;
    tree.nodes = std::move(nodes);
    tree.children.resize(tree.nodes.size());
    drop_dummies(tree);
    for (auto& siblings : tree.children)
        sort_siblings(tree, siblings);
    drop_top_dummies(tree);
    sort_siblings(tree, tree.roots);
    return tree;
}

void join_subjects(ThreadTree& tree)
{
    auto table = subject_table(tree);
    std::unordered_map<std::uint32_t, std::uint32_t> replaced; // a table's root by a new dummy
    std::vector<bool> gone(tree.nodes.size());
    for (const auto root : tree.roots) {
        const auto subject = named_by(tree, root).subject;
        if (subject == 0 || table[subject] == root || replaced.contains(root))
            continue;
        auto& at = table[subject];
        const auto joined = join(tree, at, root);
        if (joined != at)
            replaced[at] = joined;
        at = joined;
        gone[root] = true;
    }
    Nodes kept;
    for (const auto root : tree.roots) {
        const auto now = replaced.find(root);
        if (!gone[root])
            kept.push_back(now == replaced.end() ? root : now->second);
    }
    for (const auto root : kept)
        sort_siblings(tree, tree.children[root]);
    tree.roots.swap(kept);
    sort_siblings(tree, tree.roots);
}

void sort_by_latest(ThreadTree& tree)
{
    const auto latest = latest_arrivals(tree);
    std::stable_sort(tree.roots.begin(), tree.roots.end(), [&latest](auto a, auto b) {
        return latest[a] < latest[b];
    });
}

void put_threads(std::string& out, const ThreadTree& tree)
{
    struct Open {
        std::uint32_t node = 0;
        std::size_t next = 0; // of its children
    };
    std::vector<Open> open;
    // Writes a node and the only children below it; leaves open what forks.
    const auto start = [&](std::uint32_t node) {
        out += '(';
        for (;; node = tree.children[node].front()) {
            if (!tree.nodes[node].is_dummy())
                out += std::to_string(tree.nodes[node].number);
            const auto below = tree.children[node].size();
            if (below != 0 && !tree.nodes[node].is_dummy())
                out += ' ';
            if (below > 1)
                open.push_back({node, 0});
            if (below == 0)
                out += ')';
            if (below != 1)
                return;
        }
    };
    for (const auto root : tree.roots) {
        start(root);
        while (!open.empty()) {
            auto& top = open.back();
            if (top.next < tree.children[top.node].size()) {
                start(tree.children[top.node][top.next++]);
            } else {
                open.pop_back();
                out += ')';
            }
        }
    }
}

} // namespace mailctl::imap

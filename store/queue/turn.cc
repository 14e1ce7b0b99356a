// Gives the thread away and comes back.
#include "store/queue/turn.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mailctl::store {

Awaitable<void> next_turn()
{
    co_await boost::asio::post(boost::asio::use_awaitable);
}

} // namespace mailctl::store

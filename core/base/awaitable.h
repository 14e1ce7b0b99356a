// The coroutine type of everything that may wait.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace mailctl {

template <class T = void>
using Awaitable = boost::asio::awaitable<T>;

} // namespace mailctl

// Runs one coroutine to its end, for tests that ask a store one thing at a time.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::tests {

/// The result of `work`, run on an io_context of its own.
template <class T>
Result<T> run(Awaitable<Result<T>> work)
{
    boost::asio::io_context io;
    Result<T> result = Error(Errc::Unavailable, "the coroutine never ended");
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr e, Result<T> r) {
        failure = e;
        result = std::move(r);
    });
    io.run();
    if (failure)
        std::rethrow_exception(failure);
    return result;
}

/// The same, for what cannot fail in this test.
template <class T>
T must(Awaitable<Result<T>> work)
{
    auto result = run(std::move(work));
    if (!result)
        throw std::runtime_error(to_string(result.error()));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace mailctl::tests

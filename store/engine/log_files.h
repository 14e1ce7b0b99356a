// RocksDB's write-ahead log over octets that are on the disk already.
#pragma once

#include <memory>

#include <rocksdb/env.h>

namespace mailctl::store {

/// How far ahead of its end a log is written with zeros.
inline constexpr std::size_t kLogAheadOctets = 256 * 1024;
/// A commit of more gains nothing by it.
inline constexpr std::size_t kSmallLogWrite = 32 * 1024;

/// `env`, but that files named "*.log" do not grow with each commit: a sync of octets that lie within
/// the file and were written before has one thing to wait for, where one that grew waits for the
/// inode as well, or for the file system's journal. The zeros after the last record are what RocksDB
/// takes for the end of a log; they go when it is closed. Borrows: env.
std::unique_ptr<rocksdb::Env> env_with_ready_logs(rocksdb::Env& env);

} // namespace mailctl::store

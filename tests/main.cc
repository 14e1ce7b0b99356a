// The entry of every test binary.
#define BOOST_TEST_MODULE mailctl
#include <boost/test/unit_test.hpp>

#if defined(__SANITIZE_THREAD__)
/// RocksDB's library is not built with ThreadSanitizer, which so cannot see its atomic accesses.
extern "C" const char* __tsan_default_suppressions()
{
    return "race:librocksdb.so\n";
}
#endif

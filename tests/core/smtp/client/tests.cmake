# What sending costs the client; not a test: tests/bench/client_bench.cc.
add_executable(client_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/client_bench.cc)
target_link_libraries(client_bench PRIVATE mailctl_smtp_client)

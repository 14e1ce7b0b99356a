# The process that crash tests kill, and the engine's benchmark (built by name only).
add_executable(store_crash_writer ${CMAKE_CURRENT_SOURCE_DIR}/store/crash/writer.cc
               ${CMAKE_CURRENT_SOURCE_DIR}/store/workload.cc)
target_link_libraries(store_crash_writer PRIVATE mailctl_store)
add_dependencies(test_store store_crash_writer)
target_compile_definitions(test_store PRIVATE
    STORE_CRASH_WRITER="$<TARGET_FILE:store_crash_writer>")

add_executable(engine_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/engine_bench.cc)
target_link_libraries(engine_bench PRIVATE mailctl_store)
add_executable(account_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/account_bench.cc)
target_link_libraries(account_bench PRIVATE mailctl_store)
# GCC 12 sees a mismatch in Asio's own frame allocation once a coroutine is inlined.
target_compile_options(engine_bench PRIVATE -Wno-mismatched-new-delete)
add_executable(queue_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/queue_bench.cc)
target_link_libraries(queue_bench PRIVATE mailctl_store)
target_compile_options(queue_bench PRIVATE -Wno-mismatched-new-delete)

# SPDX-License-Identifier: BSD-3-Clause
# The kinds of targets: each folder's CMakeLists says one of these.
include(OrreryPlugin)  # orrery_plugin

# orrery_test(NAME SOURCES... LIBRARIES...): one Catch2 program, each test case known to ctest.
function(orrery_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE orrery_test_main orrery_warnings ${arg_LIBRARIES})
    catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 300)
endfunction()

# SPDX-License-Identifier: BSD-3-Clause
# The three kinds of targets: each folder's CMakeLists says one of these.
include(CMakePackageConfigHelpers)

# orrery_plugin(ID SOURCES... LIBRARIES... [FOLDER DIR]): ID.so with its plugin.json beside it, in DIR; default
# lib/orrery/plugins/ID, where orrery looks.
function(orrery_plugin id)
    cmake_parse_arguments(arg "" "FOLDER" "SOURCES;LIBRARIES" ${ARGN})
    set(target orrery_plugin_${id})
    add_library(${target} MODULE ${arg_SOURCES})
    set(folder ${CMAKE_BINARY_DIR}/lib/orrery/plugins/${id})
    if(arg_FOLDER)
        set(folder ${arg_FOLDER})
    endif()
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${id} LIBRARY_OUTPUT_DIRECTORY ${folder})
    target_link_libraries(${target} PRIVATE orrery_core orrery_warnings ${arg_LIBRARIES})
    add_dependencies(${target} orrery)
    # Leak checking is off for this one step: under sanitizers a leak report of a library would make the manifest invalid.
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
                $<TARGET_FILE:orrery> declare $<TARGET_FILE:${target}> --out ${folder}/plugin.json
        COMMENT "Declaring ${id}" VERBATIM)
endfunction()

# orrery_test(NAME SOURCES... LIBRARIES...): one Catch2 program, each test case known to ctest.
function(orrery_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE orrery_test_main orrery_warnings ${arg_LIBRARIES})
    catch_discover_tests(${name} TEST_PREFIX "${name}: " PROPERTIES TIMEOUT 300)
endfunction()

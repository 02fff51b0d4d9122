# SPDX-License-Identifier: GPL-3.0-or-later
# The whole window: walks through it by mouse and keyboard, beside runs that crash, hang and are killed.
add_executable(test_gui_shell shell_main.cpp window_under_test.cpp test_gui_parts.cpp test_gui_walk.cpp test_gui_faults.cpp
    test_gui_selection.cpp)
target_include_directories(test_gui_shell PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(test_gui_shell PRIVATE orrery_gui_shell Qt6::Test Catch2::Catch2 orrery_warnings)
target_compile_definitions(test_gui_shell PRIVATE TEST_PLUGINS="${CMAKE_BINARY_DIR}/tests/plugins")
add_dependencies(test_gui_shell orrery orrery_plugin_test)  # jobs are processes of the command line
add_test(NAME test_gui_shell COMMAND xvfb-run -a -s "-screen 0 1600x1000x24" $<TARGET_FILE:test_gui_shell>)
set_tests_properties(test_gui_shell PROPERTIES TIMEOUT 600 LABELS gui)

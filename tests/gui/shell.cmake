# SPDX-License-Identifier: GPL-3.0-or-later
# The whole window: walks through it by mouse and keyboard, beside runs that crash, hang and are killed.
add_executable(test_gui_shell shell_main.cpp window_under_test.cpp small_disk.cpp session_under_test.cpp
    test_gui_parts.cpp test_gui_walk.cpp test_gui_faults.cpp test_gui_selection.cpp test_gui_input.cpp test_gui_desktop.cpp test_gui_access.cpp
    test_gui_gallery.cpp test_gui_plugins.cpp test_gui_exchange.cpp test_gui_console.cpp test_gui_problems.cpp
    test_gui_graph_run.cpp test_gui_commands.cpp)
target_include_directories(test_gui_shell PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(test_gui_shell PRIVATE orrery_gui_shell Qt6::Test Catch2::Catch2 sqlite3 orrery_warnings)
target_compile_definitions(test_gui_shell PRIVATE TEST_PLUGINS="${CMAKE_BINARY_DIR}/tests/plugins"
    SAMPLE_PLUGINS="${CMAKE_BINARY_DIR}/tests/sample_plugins")
# Jobs are processes of the command line; a plugin that crashes while it is opened is among the samples of the core.
add_dependencies(test_gui_shell orrery orrery-gui orrery_python orrery_stubs orrery_plugin_test orrery_plugin_pinn orrery_plugin_graph
    sample_moody)
set(xvfb xvfb-run -a -s "-screen 0 1600x1000x24" $<TARGET_FILE:test_gui_shell>)
add_test(NAME test_gui_shell COMMAND ${xvfb})
add_test(NAME test_gui_shell_without_opengl COMMAND ${xvfb} [no_opengl])
add_test(NAME test_gui_shell_scaled COMMAND ${xvfb} [scaled])
set_tests_properties(test_gui_shell test_gui_shell_without_opengl test_gui_shell_scaled PROPERTIES
    TIMEOUT 600 LABELS gui)
set_tests_properties(test_gui_shell_without_opengl PROPERTIES ENVIRONMENT "QT_XCB_GL_INTEGRATION=none")
set_tests_properties(test_gui_shell_scaled PROPERTIES ENVIRONMENT "QT_SCALE_FACTOR=2")

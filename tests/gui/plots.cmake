# SPDX-License-Identifier: GPL-3.0-or-later
# Views that draw: widgets on Qt's offscreen platform, OpenGL under xvfb with Mesa's software renderer.
add_executable(test_gui_plots plots_main.cpp test_gui_series.cpp test_gui_metric_plot.cpp)
target_include_directories(test_gui_plots PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(test_gui_plots PRIVATE orrery_view_plot Qt6::Test Catch2::Catch2 orrery_core orrery_warnings)
catch_discover_tests(test_gui_plots TEST_PREFIX "test_gui_plots: " PROPERTIES TIMEOUT 300 LABELS gui
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen")

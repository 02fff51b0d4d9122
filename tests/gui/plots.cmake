# SPDX-License-Identifier: GPL-3.0-or-later
# Views that draw: under xvfb with Mesa's software renderer where it is installed; else those that need OpenGL are skipped.
add_executable(test_gui_plots plots_main.cpp test_gui_series.cpp test_gui_metric_plot.cpp test_gui_field.cpp
    test_gui_sweep.cpp test_gui_graph.cpp test_gui_graph_drawing.cpp test_gui_graph_figure.cpp test_gui_brush.cpp test_gui_layout_worker.cpp)
target_include_directories(test_gui_plots PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_definitions(test_gui_plots PRIVATE ORRERY_BASELINES="${CMAKE_CURRENT_SOURCE_DIR}/baselines")
target_link_libraries(test_gui_plots
    PRIVATE orrery_view_plot orrery_view_sweep orrery_view_field orrery_view_graph orrery_view_figure Qt6::Test Catch2::Catch2 orrery_core orrery_warnings)
add_dependencies(test_gui_plots orrery orrery_plugin_graph) # workers that are asked live
# One program, one display: to start xvfb for each case would take longer than the cases.
find_program(ORRERY_XVFB_RUN xvfb-run)
set(command $<TARGET_FILE:test_gui_plots>)
if(ORRERY_XVFB_RUN)
    list(PREPEND command ${ORRERY_XVFB_RUN} -a)
endif()
add_test(NAME test_gui_plots COMMAND ${command})
set_tests_properties(test_gui_plots PROPERTIES TIMEOUT 300 LABELS gui
    ENVIRONMENT "LIBGL_ALWAYS_SOFTWARE=1;GALLIUM_DRIVER=llvmpipe")

# SPDX-License-Identifier: GPL-3.0-or-later
file(GLOB lists CONFIGURE_DEPENDS *_lists.cpp)
orrery_test(test_gui_lists SOURCES ${lists} LIBRARIES orrery_view_form orrery_view_runs orrery_view_compare
    orrery_view_jobs orrery_view_log orrery_view_palette orrery_view_experiments Qt6::Test)

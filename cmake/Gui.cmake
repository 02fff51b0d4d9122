# SPDX-License-Identifier: BSD-3-Clause
# What the window stands on: Qt 6, VTK, Dear ImGui, QCustomPlot, QScintilla; and the kind of target that a folder of views/ is.
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets OpenGLWidgets Svg PrintSupport DBus Network Test)
find_package(QCustomPlotQt6 REQUIRED)
find_package(OpenGL REQUIRED COMPONENTS EGL)  # figures of surfaces are drawn without a display
find_package(MPI REQUIRED COMPONENTS C)  # VTK's targets name it
find_package(VTK 9.1 REQUIRED COMPONENTS CommonCore CommonDataModel FiltersCore FiltersGeneral FiltersGeometry ImagingCore
    InteractionStyle RenderingCore RenderingOpenGL2 RenderingAnnotation RenderingFreeType)
find_package(PkgConfig REQUIRED)
pkg_check_modules(imgui REQUIRED IMPORTED_TARGET imgui)

# QScintilla brings no CMake file.
find_path(QSCINTILLA_INCLUDE Qsci/qsciscintilla.h HINTS ${Qt6Core_INCLUDE_DIRS} PATH_SUFFIXES qt6 REQUIRED)
find_library(QSCINTILLA_LIBRARY qscintilla2_qt6 REQUIRED)
add_library(QScintilla INTERFACE IMPORTED)
target_include_directories(QScintilla SYSTEM INTERFACE ${QSCINTILLA_INCLUDE})
target_link_libraries(QScintilla INTERFACE ${QSCINTILLA_LIBRARY} Qt6::PrintSupport Qt6::Widgets)

add_library(orrery_qt INTERFACE)
target_link_libraries(orrery_qt INTERFACE Qt6::Core Qt6::Gui Qt6::Widgets)
# Qt's words slots and signals are names in other libraries.
target_compile_definitions(orrery_qt INTERFACE QT_NO_KEYWORDS)

# orrery_view(NAME LIBRARIES ...): the folder views/NAME as the library orrery_view_NAME.
function(orrery_view name)
    cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp *.h)
    add_library(orrery_view_${name} STATIC ${sources})
    set_target_properties(orrery_view_${name} PROPERTIES AUTOMOC ON POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(orrery_view_${name} PUBLIC orrery_core orrery_qt ${arg_LIBRARIES} PRIVATE orrery_warnings)
    set_property(GLOBAL APPEND PROPERTY ORRERY_VIEWS orrery_view_${name})
endfunction()

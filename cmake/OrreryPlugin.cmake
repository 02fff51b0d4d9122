# SPDX-License-Identifier: BSD-3-Clause
# orrery_plugin, for the plugins of this tree and, after find_package(Orrery), for everybody else's.

# orrery_plugin(ID SOURCES... [LIBRARIES...] [FOLDER DIR]): ID.so with its plugin.json beside it, in DIR; default: in this
# tree lib/orrery/plugins/ID, where orrery looks; elsewhere plugins/ID in the build folder, for ORRERY_PLUGIN_PATH.
function(orrery_plugin id)
    cmake_parse_arguments(arg "" "FOLDER" "SOURCES;LIBRARIES" ${ARGN})
    set(target orrery_plugin_${id})
    add_library(${target} MODULE ${arg_SOURCES})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/plugins/${id})
    if(TARGET orrery_core) # this tree
        set(folder ${CMAKE_BINARY_DIR}/lib/orrery/plugins/${id})
        target_link_libraries(${target} PRIVATE orrery_warnings)
    endif()
    if(arg_FOLDER)
        set(folder ${arg_FOLDER})
    endif()
    # Hidden symbols: each plugin has its own list of experiments, also where several are opened by one process.
    set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${id} LIBRARY_OUTPUT_DIRECTORY ${folder}
        CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON CXX_EXTENSIONS OFF INSTALL_RPATH "\$ORIGIN/../../..")
    target_link_libraries(${target} PRIVATE Orrery::core ${arg_LIBRARIES})
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
        target_compile_options(${target} PRIVATE -O2) # who says nothing wants it fast
    endif()
    add_dependencies(${target} Orrery::orrery)
    # Leak checking is off for this one step: under sanitizers a leak report of a library would make the manifest invalid.
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
                $<TARGET_FILE:Orrery::orrery> declare $<TARGET_FILE:${target}> --out ${folder}/plugin.json
        COMMENT "Declaring ${id}" VERBATIM)
    if(NOT arg_FOLDER)
        # OPTIONAL: who built the core alone installs it without the plugins.
        install(TARGETS ${target} LIBRARY DESTINATION lib/orrery/plugins/${id} COMPONENT ${id} OPTIONAL)
        install(FILES ${folder}/plugin.json DESTINATION lib/orrery/plugins/${id} COMPONENT ${id} OPTIONAL)
    endif()
endfunction()

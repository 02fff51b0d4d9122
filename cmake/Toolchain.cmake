# SPDX-License-Identifier: BSD-3-Clause
# Language level, warnings, ccache, mold, sanitizers and where outputs lie.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# Assertions guard our own invariants, never input: they stay on in every build but Release.
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
if(NOT ORRERY_SANITIZE) # sanitizers say their own
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
endif()

find_program(ORRERY_CCACHE ccache)
if(ORRERY_CCACHE)
    # The precompiled header needs the sloppiness; the base folder lets several checkouts share entries.
    set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ORRERY_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
    set(CMAKE_CUDA_COMPILER_LAUNCHER ${launcher})
endif()
find_program(ORRERY_MOLD mold)
if(ORRERY_MOLD)
    add_link_options(-fuse-ld=mold)
endif()
if(ORRERY_SANITIZE)
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${ORRERY_SANITIZE}> $<$<COMPILE_LANGUAGE:CXX>:-fno-omit-frame-pointer>)
    add_link_options(-fsanitize=${ORRERY_SANITIZE})
endif()

# Left out: four analyses that g++ 12 gets wrong inside std::string and std::variant at -O3 (GCC bugs 105329, 105562, 105651).
add_library(orrery_warnings INTERFACE)
if(ORRERY_FUZZ) # clang has other names and other warnings: g++, which compiles the same sources, has the say
    return()
endif()
if(ORRERY_SANITIZE MATCHES thread) # fences order the pixels of frames; the sanitizer says that it doesn't follow them
    target_compile_options(orrery_warnings INTERFACE -Wno-tsan)
endif()
target_compile_options(orrery_warnings INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Werror;-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-maybe-uninitialized>"
    "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Wno-unused-parameter>")

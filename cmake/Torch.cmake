# SPDX-License-Identifier: BSD-3-Clause
# orrery::torch: the LibTorch of the very wheel that Python imports. The wheel's own CMake package isn't used: it demands a
# full CUDA toolkit at configure time and adds architecture flags of its own, while linking needs four libraries.
if(NOT ORRERY_VENV)
    if(DEFINED ENV{ORRERY_VENV})
        set(ORRERY_VENV $ENV{ORRERY_VENV})
    else()
        set(ORRERY_VENV ${CMAKE_SOURCE_DIR}/.venv)
    endif()
endif()
file(GLOB ORRERY_SITE_PACKAGES ${ORRERY_VENV}/lib/python3*/site-packages)
if(NOT EXISTS "${ORRERY_SITE_PACKAGES}/torch/lib/libtorch.so")
    message(FATAL_ERROR "No torch in ${ORRERY_VENV}: run tools/setup, or set ORRERY_VENV to an environment that has it.")
endif()
set(ORRERY_TORCH ${ORRERY_SITE_PACKAGES}/torch)
file(STRINGS ${ORRERY_TORCH}/version.py torch_version_lines REGEX "^(__version__|cuda)")
string(REGEX REPLACE ".*__version__ = '([^']*)'.*" "\\1" ORRERY_TORCH_VERSION "${torch_version_lines}")
string(REGEX REPLACE ".*cuda: [^=]*= '([^']*)'.*" "\\1" ORRERY_TORCH_CUDA "${torch_version_lines}")
if(NOT ORRERY_TORCH_CUDA MATCHES "^[0-9.]+$")
    set(ORRERY_TORCH_CUDA "none")
endif()
message(STATUS "torch ${ORRERY_TORCH_VERSION} (CUDA ${ORRERY_TORCH_CUDA}) in ${ORRERY_VENV}")

add_library(orrery_torch INTERFACE)
add_library(orrery::torch ALIAS orrery_torch)
target_include_directories(orrery_torch SYSTEM INTERFACE ${ORRERY_TORCH}/include ${ORRERY_TORCH}/include/torch/csrc/api/include)
# The wheel brings the headers of its own fmt, which shadow the system's; header-only, nothing of it is looked for in libfmt.so.
target_compile_definitions(orrery_torch INTERFACE FMT_HEADER_ONLY=1)
target_link_directories(orrery_torch INTERFACE ${ORRERY_TORCH}/lib)
target_link_libraries(orrery_torch INTERFACE torch torch_cpu c10)
target_link_options(orrery_torch INTERFACE -Wl,-rpath,${ORRERY_TORCH}/lib)
# at::parallel_for lives in a header and runs serially unless OpenMP is on where it is used. The runtime must be the wheel's own:
# a second one would mean a second pool of threads.
target_compile_options(orrery_torch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
if(EXISTS ${ORRERY_TORCH}/lib/libgomp.so.1)
    target_link_libraries(orrery_torch INTERFACE ${ORRERY_TORCH}/lib/libgomp.so.1)
else()
    target_link_libraries(orrery_torch INTERFACE gomp)
endif()
# libtorch exports parts of an older std::filesystem (remove_all calls a null pointer): the system's must be found first.
target_link_options(orrery_torch INTERFACE -Wl,--push-state,--no-as-needed -lstdc++ -Wl,--pop-state)

if(ORRERY_CUDA)
    # The wheels' compiler where tools/setup had to install it (the system has none of version 13), else the system's.
    set(wheel_cuda ${ORRERY_SITE_PACKAGES}/nvidia/cu13)
    if(NOT CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
        find_program(system_nvcc nvcc HINTS /usr/local/cuda/bin)
        if(EXISTS ${wheel_cuda}/bin/nvcc)
            set(CMAKE_CUDA_COMPILER ${wheel_cuda}/bin/nvcc)
        elseif(system_nvcc)
            set(CMAKE_CUDA_COMPILER ${system_nvcc})
        else()
            message(FATAL_ERROR "No nvcc: run tools/setup, or configure with -DORRERY_CUDA=OFF.")
        endif()
    endif()
    if(NOT CMAKE_CUDA_ARCHITECTURES)
        set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 90)   # newer ones compile the last at run time
    endif()
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 17)   # CMake 3.25 knows no CUDA20 for nvcc 13
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    # Targets with .cu files link the shared runtime by this alone; FindCUDAToolkit of CMake 3.25 fails on the wheels' layout.
    set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
    target_link_libraries(orrery_torch INTERFACE -Wl,--no-as-needed torch_cuda c10_cuda -Wl,--as-needed)
    target_link_options(orrery_torch INTERFACE -Wl,-rpath,${wheel_cuda}/lib)
    target_compile_definitions(orrery_torch INTERFACE ORRERY_CUDA=1)
endif()

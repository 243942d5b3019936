# Installs the library: one archive of all its layers, the public headers, and a CMake package.
#
#   find_package(crema REQUIRED)
#   target_link_libraries(chat PRIVATE crema::server)
#
# The headers need the standard library only; crema/asio.h also Boost.Asio (libboost1.81-dev).
# With CREMA_PIC=ON it can be part of a shared object or a position-independent executable.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Every layer that `target` links, itself included.
function(crema_layers_of target out)
  set(found "${target}")
  set(queue "${target}")
  while(queue)
    list(POP_FRONT queue next)
    get_target_property(used ${next} INTERFACE_LINK_LIBRARIES)
    foreach(each IN LISTS used)
      if(each MATCHES "^crema_[a-z]+$" AND NOT each MATCHES "^crema_dep" AND NOT each IN_LIST found)
        list(APPEND found "${each}")
        list(APPEND queue "${each}")
      endif()
    endforeach()
  endwhile()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

crema_layers_of(crema_library layers)
set(objects "")
foreach(layer IN LISTS layers)
  get_target_property(type ${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    list(APPEND objects "$<TARGET_OBJECTS:${layer}>")
  endif()
endforeach()

add_library(crema_server_archive STATIC EXCLUDE_FROM_ALL ${objects})
set_target_properties(crema_server_archive PROPERTIES OUTPUT_NAME crema_server LINKER_LANGUAGE CXX
                                                      EXPORT_NAME server)
target_link_libraries(crema_server_archive
                      INTERFACE Threads::Threads "$<INSTALL_INTERFACE:ZLIB::ZLIB>")
target_compile_features(crema_server_archive INTERFACE cxx_std_20)
target_include_directories(crema_server_archive
                           INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
if(NOT CREMA_PIC AND NOT CREMA_SANITIZE)
  target_compile_options(crema_server_archive INTERFACE -fno-pie)
  target_link_options(crema_server_archive INTERFACE -no-pie)
endif()
if(CREMA_SANITIZE)
  target_link_options(crema_server_archive INTERFACE -fsanitize=${CREMA_SANITIZE})
endif()
add_library(crema::server ALIAS crema_server_archive)

install(TARGETS crema_server_archive EXPORT crema COMPONENT library
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(FILES crema/crema.h crema/asio.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/crema"
        COMPONENT library)
foreach(header IN ITEMS ack asio codec conn encoder event handler handshake http namespace next
                        options remote_socket rooms server socket target value)
  install(FILES "crema/library/${header}.h" COMPONENT library
          DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/crema/library")
endforeach()

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/crema")
install(EXPORT crema NAMESPACE crema:: FILE crema-targets.cmake DESTINATION "${package}"
        COMPONENT library)
file(WRITE "${CMAKE_BINARY_DIR}/package/crema-config.cmake" [=[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(ZLIB)
include("${CMAKE_CURRENT_LIST_DIR}/crema-targets.cmake")
]=])
write_basic_package_version_file("${CMAKE_BINARY_DIR}/package/crema-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/package/crema-config.cmake"
              "${CMAKE_BINARY_DIR}/package/crema-config-version.cmake"
        DESTINATION "${package}" COMPONENT library)

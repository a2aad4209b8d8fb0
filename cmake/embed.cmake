# samsyn_embed(<target> <header> <function> <file>): compiles into the target the function, declared
# in the header, that returns the bytes of the file as an absl::string_view.
set(SAMSYN_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_file.cmake)
function(samsyn_embed target header function file)
  string(REGEX REPLACE ".*::" "" name ${function})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DOUTPUT=${output} -DHEADER=${header} -DFUNCTION=${function}
            -P ${SAMSYN_EMBED_SCRIPT}
    DEPENDS ${file} ${SAMSYN_EMBED_SCRIPT} VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

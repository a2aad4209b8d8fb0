# Turns a file into a function that returns its bytes, so that a program needs no path to it at run
# time. Runs at build time: cmake -DINPUT=… -DOUTPUT=… -DHEADER=… -DFUNCTION=ns::Name -P embed_file.cmake
file(READ ${INPUT} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"${HEADER}\"

static constexpr unsigned char kBytes[] = {
${bytes}};

absl::string_view ${FUNCTION}() { return {reinterpret_cast<const char*>(kBytes), ${size}}; }
")

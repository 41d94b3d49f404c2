# Writes the text files FILES, one after the other, into the C++ source OUT, as the function FUNCTION that
# HEADER declares.
set(text "// Made by local/system/embed.cmake.\n#include \"${HEADER}\"\n\nnamespace redshift_local {\n\nstd::string ${FUNCTION}() {\n  std::string text;\n")
foreach(file ${FILES})
  file(READ ${file} content)
  string(APPEND text "  text += R\"__text__(${content})__text__\";\n")
endforeach()
string(APPEND text "  return text;\n}\n\n}  // namespace redshift_local\n")
file(WRITE ${OUT} "${text}")

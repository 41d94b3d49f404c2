# Writes the SQL files FILES into the C++ source OUT, as SystemSql().
set(text "// Made by local/system/embed.cmake.\n#include \"local/server/system_schema.h\"\n\nnamespace redshift_local {\n\nstd::string SystemSql() {\n  std::string sql;\n")
foreach(file ${FILES})
  file(READ ${file} sql)
  string(APPEND text "  sql += R\"__sql__(${sql})__sql__\";\n")
endforeach()
string(APPEND text "  return sql;\n}\n\n}  // namespace redshift_local\n")
file(WRITE ${OUT} "${text}")

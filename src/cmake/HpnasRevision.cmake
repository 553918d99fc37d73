# Writes OUTPUT, a header with the revision that SOURCE_DIR is at, unless it is there already. A script of every build:
# cmake -DSOURCE_DIR=... -DOUTPUT=... -P HpnasRevision.cmake
execute_process(COMMAND git rev-parse --short=12 HEAD WORKING_DIRECTORY ${SOURCE_DIR}
                OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git --no-optional-locks status --porcelain --untracked-files=no WORKING_DIRECTORY ${SOURCE_DIR}
                OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(changes)
    string(APPEND revision "+changes")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define HPNAS_GIT_SHA \"${revision}\"\n")

package dev.sinter.merger.contract;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one function is started, overrides applied.
 *
 * @param argv the whole command without init programs and simple shell wrappers
 * @param environment in the order of the image, then of the overrides
 * @param contract the rule that knows this command, {@link ContractRules#UNKNOWN} if none
 * @param capturable whether its server can be taken over inside an interpreter
 * @param port it listens on, {@code null} if nothing says it
 * @param python {@code null} if it is no Python program
 * @param obeysPort whether it listens where {@code PORT} says
 * @param codeRoots directories (absolute, real) from which it loads its own code, most specific first
 */
public record Launch(
        List<String> argv,
        Map<String, String> environment,
        String workingDir,
        String user,
        String contract,
        boolean capturable,
        @Nullable Integer port,
        boolean obeysPort,
        @Nullable Python python,
        List<String> codeRoots) {

    /** Options of its interpreter that change how code runs, such as {@code -O}: they hold for a whole process. */
    public List<String> interpreterOptions() {
        PythonCommand command = python == null || argv.isEmpty() ? null : PythonCommand.parse(argv);
        return command == null ? List.of() : command.options();
    }

    /** With an interpreter that the image has beside what is started. */
    Launch with(@Nullable Python interpreter) {
        return new Launch(
                argv, environment, workingDir, user, contract, capturable, port, obeysPort, interpreter, codeRoots);
    }

    /**
     * An interpreter in an image.
     *
     * @param path as the command names it, absolute; that of a virtual environment stays so
     * @param realPath without links
     * @param version such as {@code 3.13}
     * @param siteDirs absolute directories from which it loads packages, in its order
     */
    public record Python(String path, String realPath, String version, List<String> siteDirs) {

        private static final int OLDEST_MINOR = 9;

        /** Whether the runtime that is put into fused images runs on it. */
        public boolean isSupported() {
            return Integer.parseInt(version.substring(version.indexOf('.') + 1)) >= OLDEST_MINOR;
        }

        public String runtime() {
            return "python" + version;
        }
    }
}

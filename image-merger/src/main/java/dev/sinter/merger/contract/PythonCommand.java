package dev.sinter.merger.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Python command line runs.
 *
 * @param target a module's name, or a file as written
 * @param file whether {@code target} is a file
 * @param arguments after the target
 */
record PythonCommand(String target, boolean file, List<String> arguments) {

    /** {@code null} for code on the command line, standard input, and options that change what is imported. */
    static @Nullable PythonCommand parse(List<String> argv) {
        String program = argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
        if (!program.matches("python(3(\\.\\d+)?)?")) {
            return new PythonCommand(argv.getFirst(), true, argv.subList(1, argv.size()));
        }
        for (int i = 1; i < argv.size(); i++) {
            String argument = argv.get(i);
            if (argument.equals("-m")) {
                return i + 1 == argv.size()
                        ? null
                        : new PythonCommand(argv.get(i + 1), false, argv.subList(i + 2, argv.size()));
            }
            if (!argument.startsWith("-")) {
                return new PythonCommand(argument, true, argv.subList(i + 1, argv.size()));
            }
            if (argument.equals("-X") || argument.equals("-W")) {
                i++;
            } else if (!argument.matches("-[uBOqv]+|-[XW].+")) {
                return null;
            }
        }
        return null;
    }
}

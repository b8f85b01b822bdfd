package dev.sinter.merger.contract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Python command line runs.
 *
 * @param target a module's name, or a file as written
 * @param file whether {@code target} is a file
 * @param arguments after the target
 * @param options of the interpreter that change how code runs, such as {@code -O}: they hold for a whole process
 */
record PythonCommand(String target, boolean file, List<String> arguments, List<String> options) {

    /** {@code null} for code on the command line, standard input, and options that change what is imported. */
    static @Nullable PythonCommand parse(List<String> argv) {
        String program = argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
        if (!program.matches("python(3(\\.\\d+)?)?")) {
            return new PythonCommand(argv.getFirst(), true, argv.subList(1, argv.size()), List.of());
        }
        List<String> options = new ArrayList<>();
        for (int i = 1; i < argv.size(); i++) {
            String argument = argv.get(i);
            if (argument.equals("-m")) {
                return i + 1 == argv.size()
                        ? null
                        : new PythonCommand(
                                argv.get(i + 1), false, argv.subList(i + 2, argv.size()), List.copyOf(options));
            }
            if (!argument.startsWith("-")) {
                return new PythonCommand(argument, true, argv.subList(i + 1, argv.size()), List.copyOf(options));
            }
            String option = argument;
            if (argument.equals("-X") || argument.equals("-W")) {
                i++;
                option = i < argv.size() ? argument + argv.get(i) : argument;
            } else if (!argument.matches("-[uBOqv]+|-[XW].+")) {
                return null;
            }
            // What is only told about warnings, or not, changes no answer.
            if (option.matches("-[uBqv]*O.*|-X.*|-Werror.*")) {
                options.add(option);
            }
        }
        return null;
    }
}

package dev.sinter.merger.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command freed from what only wraps it: init programs, {@code env}, and {@code sh -c} of one simple command.
 *
 * @param environment assignments found on the way
 * @param directory that a {@code cd} chose, {@code null} if none
 */
record CommandLine(
        List<String> argv,
        Map<String, String> environment,
        @Nullable String directory) {

    private static final Set<String> INITS = Set.of("tini", "tini-static", "dumb-init", "catatonit", "docker-init");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "ash", "dash");
    private static final Set<String> AGENTS = Set.of("opentelemetry-instrument", "ddtrace-run", "newrelic-admin");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final int MAX_WRAPPERS = 8;

    static CommandLine unwrap(List<String> command, Map<String, String> environment) {
        CommandLine at = new CommandLine(command, Map.of(), null);
        for (int i = 0; i < MAX_WRAPPERS; i++) {
            CommandLine inner = at.inner(environment);
            if (inner == null) {
                break;
            }
            at = inner;
        }
        return at;
    }

    /** One wrapper less, {@code null} if there is none. */
    private @Nullable CommandLine inner(Map<String, String> base) {
        if (argv.size() < 2) {
            return null;
        }
        String program = argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
        if (INITS.contains(program)) {
            int first = 1;
            while (first < argv.size() && argv.get(first).startsWith("-")) {
                boolean end = argv.get(first).equals("--");
                // tini's -p SIGNAL and -e CODE take a value, as dumb-init's -r does.
                first += Set.of("-p", "-e", "-r").contains(argv.get(first)) ? 2 : 1;
                if (end) {
                    break;
                }
            }
            return first < argv.size() ? with(argv.subList(first, argv.size())) : null;
        }
        if (AGENTS.contains(program)) {
            int first = program.equals("newrelic-admin") ? 2 : 1;
            return first < argv.size() && !argv.get(first).startsWith("-")
                    ? with(argv.subList(first, argv.size()))
                    : null;
        }
        if (program.equals("env") || program.equals("exec")) {
            return argv.get(1).startsWith("-") ? null : assignments(argv.subList(1, argv.size()));
        }
        if (SHELLS.contains(program)) {
            return shell(base);
        }
        return null;
    }

    private @Nullable CommandLine shell(Map<String, String> base) {
        int option = 1;
        while (option < argv.size() && Set.of("-e", "-u", "-x", "-l").contains(argv.get(option))) {
            option++;
        }
        boolean script = option + 1 < argv.size()
                && argv.get(option).matches("-[eulx]*c")
                // What follows the script are its $0 and $1 …; a plain command uses none.
                && !argv.get(option + 1).contains("$@")
                && !argv.get(option + 1).contains("$1");
        if (!script) {
            return null;
        }
        Map<String, String> known = new LinkedHashMap<>(base);
        known.putAll(environment);
        List<List<String>> commands = ShellWords.parse(argv.get(option + 1), known);
        if (commands == null || commands.isEmpty()) {
            return null;
        }
        CommandLine at = with(List.of());
        for (List<String> command : commands.subList(0, commands.size() - 1)) {
            if (command.size() != 2 || !command.getFirst().equals("cd")) {
                return null;
            }
            at = new CommandLine(List.of(), at.environment, command.get(1));
        }
        return at.assignments(commands.getLast());
    }

    private @Nullable CommandLine assignments(List<String> words) {
        Map<String, String> found = new LinkedHashMap<>(environment);
        int first = 0;
        for (; first < words.size() && ASSIGNMENT.matcher(words.get(first)).matches(); first++) {
            int equals = words.get(first).indexOf('=');
            found.put(words.get(first).substring(0, equals), words.get(first).substring(equals + 1));
        }
        List<String> rest = words.subList(first, words.size());
        return rest.isEmpty() ? null : new CommandLine(new ArrayList<>(rest), found, directory);
    }

    private CommandLine with(List<String> rest) {
        return new CommandLine(List.copyOf(rest), environment, directory);
    }
}

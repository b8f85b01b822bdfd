package dev.sinter.merger.contract;

import dev.sinter.merger.contract.ContractRules.Program;
import dev.sinter.merger.oci.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a function listens. The first that says something counts: the command line, the framework's own variables and
 * settings, {@code PORT} where the program may read it, the image's only exposed port, the only port in a script's source,
 * the framework's default.
 */
final class Ports {

    private static final Pattern ADDRESS = Pattern.compile("(?:.*:)?(\\d{1,5})");
    private static final Pattern GUNICORN_BIND = Pattern.compile("(?m)^\\s*bind\\s*=\\s*\\[?\\s*[\"']([^\"']+)[\"']");
    private static final Pattern IN_SOURCE = Pattern.compile("\\bport\\s*=\\s*(\\d{2,5})\\b"
            + "|\\bPORT[\"']\\s*,\\s*[\"']?(\\d{2,5})\\b"
            + "|\\(\\s*[\"'][\\w.:]*[\"']\\s*,\\s*(\\d{2,5})\\s*[,)]"
            + "|\\.listen\\(\\s*(\\d{2,5})\\b"
            + "|\\bPORT[\"'\\])]*\\s*(?:\\|\\||\\?\\?)\\s*[\"']?(\\d{2,5})\\b"
            + "|\\bbind\\s*=\\s*\\[?\\s*[\"'][^\"']*:(\\d{2,5})[\"']");

    /** These take their port from elsewhere, whatever {@code PORT} says. */
    private static final Set<String> IGNORE_PORT = Set.of(
            "uvicorn", "hypercorn", "daphne", "granian", "waitress", "aiohttp", "http.server", "django", "flask");

    private static final List<String> OPTIONS = List.of("--port", "--bind", "-b", "--listen", "--http-port", "-p");

    private Ports() {}

    /** @return {@code null} if nothing says it, or what says it is no TCP port */
    static @Nullable Integer of(Program program, ImageConfig config, ContractRules.Rule rule) {
        List<@Nullable String> sayings = new ArrayList<>();
        String own = own(program, rule.contract());
        if (own != null && own.matches("(unix|fd):.*")) {
            return null;
        }
        sayings.add(own);
        boolean script = program.file() && !program.source().isEmpty();
        boolean ignored = script ? !program.mentions("\\bPORT\\b") : IGNORE_PORT.contains(rule.contract());
        boolean elsewhere =
                script && program.mentions("^\\s*from\\s+\\.?\\w|\\brequire\\(\\s*[\"']\\.|\\bfrom\\s+[\"']\\.");
        sayings.add(ignored && !elsewhere ? null : program.environment().get("PORT"));
        List<String> exposed = exposed(config);
        sayings.add(exposed.size() == 1 ? exposed.getFirst() : null);
        sayings.add(inSource(program.source()));
        for (String saying : sayings) {
            Integer port = parse(saying);
            if (port != null) {
                return port;
            }
        }
        return rule.defaultPort();
    }

    /** Whether a program that is not captured is known to listen where {@code PORT} says, and nothing else tells it a port. */
    static boolean obeys(Program program, ContractRules.Rule rule) {
        if (own(program, rule.contract()) != null) {
            return false;
        }
        return rule.contract().startsWith("gunicorn")
                || (rule.contract().equals("node") && program.mentions("\\bprocess\\.env(\\.|\\[[\"'])PORT\\b"));
    }

    private static @Nullable String own(Program program, String contract) {
        return switch (contract) {
            case "django" -> after(program.arguments(), "runserver");
            case "http.server" -> program.file() ? program.option(OPTIONS) : firstWord(program.arguments());
            case "aiohttp" -> program.option(List.of("--port", "-P"));
            case "daphne" -> program.option(List.of("--port", "-p"));
            case "uvicorn" -> or(program.option(OPTIONS), program.environment().get("UVICORN_PORT"));
            case "granian" -> or(program.option(OPTIONS), program.environment().get("GRANIAN_PORT"));
            case "flask" -> or(program.option(OPTIONS), program.environment().get("FLASK_RUN_PORT"));
            case "knative-func" -> program.environment().get("LISTEN_ADDRESS");
            case "openfaas-watchdog" -> program.environment().get("port");
            case "gunicorn", "gunicorn-uvicorn", "gunicorn-greenlet" -> gunicorn(program);
            case "functions-framework" ->
                or(program.option(OPTIONS), program.name().equals("gunicorn") ? gunicorn(program) : null);
            default -> program.option(OPTIONS);
        };
    }

    private static @Nullable String gunicorn(Program program) {
        String option = program.option(List.of("--bind", "-b"));
        if (option != null) {
            return option;
        }
        String[] more =
                program.environment().getOrDefault("GUNICORN_CMD_ARGS", "").split("\\s+", -1);
        String fromVariable = program.with(List.of(more)).option(List.of("--bind", "-b"));
        if (fromVariable != null) {
            return fromVariable;
        }
        Matcher bind = GUNICORN_BIND.matcher(program.settings());
        return bind.find() ? bind.group(1) : null;
    }

    /** Several different numbers say nothing. */
    private static @Nullable String inSource(String source) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = IN_SOURCE.matcher(source);
        while (matcher.find()) {
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    found.add(matcher.group(group));
                }
            }
        }
        return found.size() == 1 ? found.iterator().next() : null;
    }

    private static @Nullable String after(List<String> arguments, String word) {
        int at = arguments.indexOf(word);
        return at < 0 ? null : firstWord(arguments.subList(at + 1, arguments.size()));
    }

    private static @Nullable String firstWord(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> !argument.startsWith("-") && parse(argument) != null)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String or(@Nullable String first, @Nullable String second) {
        return first == null ? second : first;
    }

    private static List<String> exposed(ImageConfig config) {
        return config.exposedPorts().stream()
                .filter(port -> !port.endsWith("/udp"))
                .map(port -> port.substring(0, port.contains("/") ? port.indexOf('/') : port.length()))
                .toList();
    }

    private static @Nullable Integer parse(@Nullable String address) {
        Matcher port = ADDRESS.matcher(address == null ? "" : address);
        if (!port.matches()) {
            return null;
        }
        int number = Integer.parseInt(port.group(1));
        return number > 0 && number <= 65535 ? Integer.valueOf(number) : null;
    }
}

package dev.sinter.merger.contract;

import dev.sinter.merger.Overrides;
import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.tree.FileNode;
import dev.sinter.merger.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out how a function is started, from its image and what overrides it. */
public final class LaunchReader {

    private static final Pattern PYTHON = Pattern.compile("python(3(\\.\\d+)?)?");
    private static final Pattern PYTHON_REAL = Pattern.compile("python(3\\.\\d+)");
    private static final Set<String> NATIVE_PROGRAMS = Set.of("node", "java", "ruby", "php", "deno", "bun", "dotnet");
    private static final int MAX_SOURCE_BYTES = 1 << 20;

    /** Reads small files of the image; {@code null} if it is too large to care. */
    public interface Contents {
        byte @Nullable [] read(FileNode file, int limit) throws IOException;
    }

    private final FileTree tree;
    private final Contents contents;
    private final Map<String, String> environment;
    private String workingDir;

    private LaunchReader(FileTree tree, Contents contents, Map<String, String> environment, String workingDir) {
        this.tree = tree;
        this.contents = contents;
        this.environment = environment;
        this.workingDir = workingDir;
    }

    /** @param port as given from outside, {@code null} to find it */
    public static Launch read(
            ImageConfig config, FileTree tree, Contents contents, Overrides overrides, @Nullable Integer port)
            throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(config.environment());
        new java.util.TreeMap<>(overrides.environment()).forEach(environment::put);
        String dir = overrides.workingDir() == null ? config.workingDir() : overrides.workingDir();
        String user = overrides.user() == null ? config.user() : overrides.user();
        LaunchReader reader = new LaunchReader(tree, contents, environment, dir);
        return reader.launch(command(config, overrides), user, config, port);
    }

    private static List<String> command(ImageConfig config, Overrides overrides) {
        List<String> entrypoint = overrides.entrypoint() == null ? config.entrypoint() : overrides.entrypoint();
        List<String> imageCommand = overrides.entrypoint() == null ? config.command() : null;
        List<String> command = overrides.command() == null ? imageCommand : overrides.command();
        List<String> whole = new ArrayList<>(entrypoint == null ? List.of() : entrypoint);
        whole.addAll(command == null ? List.of() : command);
        return whole;
    }

    private Launch launch(List<String> command, String user, ImageConfig config, @Nullable Integer givenPort)
            throws IOException {
        CommandLine line = CommandLine.unwrap(command, environment);
        environment.putAll(line.environment());
        if (line.directory() != null) {
            workingDir = absolute(line.directory());
        }
        List<String> argv = line.argv();
        if (argv.isEmpty()) {
            return unknown(argv, user, config, givenPort, ContractRules.Rule.unknown(ContractRules.UNKNOWN, null));
        }
        FileNode program = find(argv.getFirst());
        String real = program == null ? argv.getFirst() : program.path();
        String name = FileTree.name(real);
        if (PYTHON.matcher(name).matches()) {
            return python(argv, user, config, givenPort, interpreter(path(argv.getFirst())));
        }
        Launch.Python shebang = program == null ? null : shebangPython(program);
        if (shebang != null) {
            return python(argv, user, config, givenPort, shebang);
        }
        if (name.equals("fwatchdog")) {
            return watchdog(argv, user, config, givenPort);
        }
        if (argv.getFirst().startsWith("/cnb/")) {
            // What is started, and with which environment, stands in files that only its own launcher reads.
            return unknown(argv, user, config, givenPort, ContractRules.Rule.unknown("buildpacks", 8080));
        }
        String contract = NATIVE_PROGRAMS.contains(name) ? name : ContractRules.UNKNOWN;
        ContractRules.Rule rule = ContractRules.Rule.unknown(contract, null);
        return name.equals("node")
                ? program(nodeScript(argv), argv, user, config, givenPort, rule)
                : unknown(argv, user, config, givenPort, rule);
    }

    private ContractRules.Program nodeScript(List<String> argv) throws IOException {
        for (String argument : argv.subList(1, argv.size())) {
            FileNode file = argument.matches("[^-].*\\.[cm]?js") ? tree.resolve(absolute(argument)) : null;
            byte[] source = file == null ? null : contents.read(file, MAX_SOURCE_BYTES);
            if (source != null) {
                String text = new String(source, StandardCharsets.UTF_8);
                return new ContractRules.Program("node", true, argv, text, "", environment);
            }
        }
        return new ContractRules.Program("node", true, argv, "", "", environment);
    }

    /**
     * OpenFaaS's of-watchdog answers itself (health, time limits, headers of its own) and asks the process behind it, so both
     * stay as they are; that process tells only which interpreter the image has.
     */
    private Launch watchdog(List<String> argv, String user, ImageConfig config, @Nullable Integer givenPort) {
        Launch found = unknown(argv, user, config, givenPort, ContractRules.Rule.unknown("openfaas-watchdog", 8080));
        String process = environment.getOrDefault("fprocess", environment.getOrDefault("function_process", ""));
        String program = process.strip().split("\\s+", 2)[0];
        return program.startsWith("python") ? found.with(interpreter(path(program))) : found;
    }

    private Launch python(
            List<String> argv,
            String user,
            ImageConfig config,
            @Nullable Integer givenPort,
            Launch.@Nullable Python python)
            throws IOException {
        PythonCommand command = PythonCommand.parse(argv);
        if (python == null || command == null) {
            return unknown(argv, user, config, givenPort, ContractRules.Rule.unknown(ContractRules.UNKNOWN, null));
        }
        FileNode file = command.file() ? scriptFile(argv.getFirst(), command.target()) : moduleFile(command.target());
        boolean console = command.file()
                && file != null
                && FileTree.name(FileTree.parent(file.path())).equals("bin");
        boolean own = !console && (command.file() || file != null);
        byte[] source = file == null || console ? null : contents.read(file, MAX_SOURCE_BYTES);
        ContractRules.Program program = new ContractRules.Program(
                own && file != null ? FileTree.name(file.path()) : FileTree.name(command.target()),
                own,
                command.arguments(),
                source == null ? "" : new String(source, StandardCharsets.UTF_8),
                settings(command),
                environment);
        ContractRules.Rule rule = ContractRules.of(program);
        boolean missing = command.file() && file == null;
        return new Launch(
                argv,
                environment,
                workingDir,
                user,
                missing ? ContractRules.UNKNOWN : rule.contract(),
                !missing && rule.capturable() && python.isSupported(),
                givenPort == null ? Ports.of(program, config, rule) : givenPort,
                !missing && Ports.obeys(program, rule),
                python,
                codeRoots(program, command.file() && !console ? file : null, python));
    }

    private @Nullable FileNode scriptFile(String program, String target) {
        String path = PYTHON.matcher(FileTree.name(program)).matches() ? absolute(target) : path(target);
        return path == null ? null : tree.resolve(path);
    }

    /** The file of a module among the function's own code; {@code null} for one of a package. */
    private @Nullable FileNode moduleFile(String module) {
        List<String> directories = new ArrayList<>(List.of(workingDir));
        for (String path : environment.getOrDefault("PYTHONPATH", "").split(":", -1)) {
            if (!path.isEmpty()) {
                directories.add(path);
            }
        }
        for (String directory : directories) {
            String base = absolute(directory) + "/" + module.replace('.', '/');
            for (String candidate : List.of(base + "/__main__.py", base + ".py")) {
                FileNode file = tree.resolve(candidate);
                if (file != null && file.isFile()) {
                    return file;
                }
            }
        }
        return null;
    }

    /** Of gunicorn, which reads a file without being told. */
    private String settings(PythonCommand command) throws IOException {
        if (!FileTree.name(command.target()).equals("gunicorn")) {
            return "";
        }
        String named = new ContractRules.Program("", false, command.arguments(), "", "", environment)
                .option(List.of("-c", "--config"));
        String path = named == null ? "gunicorn.conf.py" : named.startsWith("file:") ? named.substring(5) : named;
        FileNode file = tree.resolve(absolute(path));
        byte[] text = file == null ? null : contents.read(file, MAX_SOURCE_BYTES);
        return text == null ? "" : new String(text, StandardCharsets.UTF_8);
    }

    private Launch unknown(
            List<String> argv, String user, ImageConfig config, @Nullable Integer givenPort, ContractRules.Rule rule) {
        ContractRules.Program nothing = new ContractRules.Program("", true, argv, "", "", environment);
        return program(nothing, argv, user, config, givenPort, rule);
    }

    private Launch program(
            ContractRules.Program program,
            List<String> argv,
            String user,
            ImageConfig config,
            @Nullable Integer givenPort,
            ContractRules.Rule rule) {
        Integer port = givenPort == null ? Ports.of(program, config, rule) : givenPort;
        boolean obeys = Ports.obeys(program, rule);
        return new Launch(argv, environment, workingDir, user, rule.contract(), false, port, obeys, null, List.of());
    }

    private List<String> codeRoots(ContractRules.Program program, @Nullable FileNode script, Launch.Python python) {
        Set<String> roots = new LinkedHashSet<>();
        List<@Nullable String> candidates = new ArrayList<>();
        candidates.add(script == null ? null : "/" + FileTree.parent(script.path()));
        candidates.add(program.option(List.of("--chdir", "--app-dir", "--pythonpath")));
        String source = environment.get("FUNCTION_SOURCE");
        candidates.add(source == null ? null : FileTree.parent(absolute(source)));
        for (String path : environment.getOrDefault("PYTHONPATH", "").split(":", -1)) {
            candidates.add(path.isEmpty() ? null : path);
        }
        candidates.add(workingDir);
        for (String candidate : candidates) {
            FileNode node = candidate == null ? null : tree.resolve(absolute(candidate));
            boolean root = candidate != null && absolute(candidate).equals("/");
            if (root) {
                roots.add("/");
            } else if (node != null && node.isDirectory() && !python.siteDirs().contains("/" + node.path())) {
                roots.add("/" + node.path());
            }
        }
        return List.copyOf(roots);
    }

    private Launch.@Nullable Python shebangPython(FileNode script) {
        String head = script.head();
        if (head == null || !head.startsWith("#!")) {
            return null;
        }
        String[] words = head.substring(2, head.indexOf('\n') < 0 ? head.length() : head.indexOf('\n'))
                .strip()
                .split("\\s+", -1);
        if (words[0].endsWith("/sh") && head.contains("'''exec' ")) {
            // pip's form for interpreters whose path is too long for a kernel.
            String exec = head.substring(head.indexOf("'''exec' ") + 9);
            return interpreter(exec.split("\\s", 2)[0].replace("\"", ""));
        }
        boolean env = words[0].endsWith("/env") && words.length > 1;
        String program = env ? words[1] : words[0];
        return PYTHON.matcher(FileTree.name(program)).matches() ? interpreter(path(program)) : null;
    }

    private Launch.@Nullable Python interpreter(@Nullable String path) {
        FileNode real = path == null ? null : tree.resolve(path);
        if (path == null || real == null) {
            return null;
        }
        Matcher version = PYTHON_REAL.matcher(FileTree.name(real.path()));
        return version.matches() ? PythonSites.of(tree, path, real, version.group(1)) : null;
    }

    /** Absolute path of a program or script as the kernel and the interpreter would find it. */
    private @Nullable String path(String program) {
        if (program.contains("/")) {
            return absolute(program);
        }
        for (String dir :
                environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").split(":", -1)) {
            String candidate = dir + "/" + program;
            FileNode node = tree.resolve(candidate);
            if (node != null && node.isFile() && (node.entry().mode() & 0111) != 0) {
                return candidate;
            }
        }
        return absolute(program);
    }

    private @Nullable FileNode find(String program) {
        String path = path(program);
        return path == null ? null : tree.resolve(path);
    }

    private String absolute(String path) {
        String joined = path.startsWith("/") ? path : workingDir + "/" + path;
        return java.nio.file.Path.of(joined).normalize().toString();
    }
}

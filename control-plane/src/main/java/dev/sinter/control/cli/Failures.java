package dev.sinter.control.cli;

import dev.sinter.control.api.ApiException;
import dev.sinter.control.compose.ComposeException;
import dev.sinter.control.demo.DemoException;
import dev.sinter.control.lifecycle.LifecycleException;
import dev.sinter.control.platform.PlatformException;
import dev.sinter.control.server.ServerException;
import dev.sinter.control.setup.SetupException;
import dev.sinter.control.store.StoreException;
import dev.sinter.control.verify.VerifyException;
import dev.sinter.control.xds.XdsException;
import dev.sinter.merger.MergeException;
import dev.sinter.planner.graph.PlanningException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a failure into the one message a person sees. */
final class Failures {

    private static final Pattern CODED = Pattern.compile("(SNT\\d{4}) ");

    private Failures() {}

    static String describe(Throwable failure) {
        return switch (failure) {
            case CommandException e -> line(e.code(), e);
            case ApiException e -> lineWithMore(e.code(), e);
            case ComposeException e -> line(e.code(), e);
            case DemoException e -> line(e.code(), e);
            case LifecycleException e -> lineWithMore(e.code(), e);
            case MergeException e -> lineWithMore(e.code(), e);
            case PlatformException e -> lineWithMore(e.code(), e);
            case ServerException e -> lineWithMore(e.code(), e);
            case PlanningException e -> line(e.code(), e);
            case SetupException e -> lineWithMore(e.code(), e);
            case StoreException e -> lineWithMore(e.code(), e);
            case VerifyException e -> lineWithMore(e.code(), e);
            case XdsException e -> lineWithMore(e.code(), e);
            default -> others(failure);
        };
    }

    /** Some parts code their messages without an exception of their own, such as the collector. */
    private static String others(Throwable failure) {
        Matcher coded = CODED.matcher(String.valueOf(failure.getMessage()));
        return coded.lookingAt()
                ? lineWithMore(coded.group(1), failure)
                : "SNT0199 unexpected failure; please report it with this trace\n" + trace(failure);
    }

    /** What goes wrong with the machine needs more than the message; a mistake in a file does not. */
    private static String lineWithMore(String code, Throwable failure) {
        String line = line(code, failure);
        return Messages.packaged().knows(code) ? line + "\n'sinter explain " + code + "' says more" : line;
    }

    private static String line(String code, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return message.startsWith(code) ? message : code + " " + message;
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }
}

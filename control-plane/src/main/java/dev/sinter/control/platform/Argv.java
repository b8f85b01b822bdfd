package dev.sinter.control.platform;

import dev.sinter.control.compose.Service;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to put into a create call so that a container runs what its Compose service says. The API cannot say "no entry
 * point" or "no command" (it takes an empty list for "as the image says"), so these cases are spelled out in full.
 *
 * @param entrypoint null leaves the image's
 * @param command null leaves the image's
 */
record Argv(@Nullable List<String> entrypoint, @Nullable List<String> command) {

    static Argv of(Service service, List<String> imageEntrypoint, List<String> imageCommand) {
        List<String> ownEntrypoint = service.entrypoint();
        List<String> ownCommand = service.command();
        boolean clears = ownEntrypoint != null || (ownCommand != null && ownCommand.isEmpty());
        if (!clears) {
            return new Argv(null, ownCommand);
        }
        List<String> entrypoint = ownEntrypoint == null ? imageEntrypoint : ownEntrypoint;
        // Compose: an entry point of the file's own drops the image's command.
        List<String> inherited = ownEntrypoint == null ? imageCommand : List.of();
        List<String> command = ownCommand == null ? inherited : ownCommand;
        if (ownEntrypoint != null && ownEntrypoint.isEmpty() && ownCommand == null) {
            command = imageCommand;
        }
        if (!entrypoint.isEmpty()) {
            return new Argv(entrypoint, command.isEmpty() ? null : command);
        }
        if (command.isEmpty()) {
            throw new PlatformException(
                    "SNT0606",
                    "service " + service.name() + ": entrypoint and command are both empty (expected: something to"
                            + " run). Maybe give it a command.");
        }
        return new Argv(command.subList(0, 1), command.size() == 1 ? null : command.subList(1, command.size()));
    }
}

/* The first process of every pod's sandbox: holds its namespaces and buries its orphans. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int number)
{
	(void)number;
	_exit(0);
}

static void bury(int number)
{
	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(void)
{
	struct sigaction ending = { .sa_handler = end };
	struct sigaction burying = { .sa_handler = bury, .sa_flags = SA_NOCLDSTOP };

	if (sigaction(SIGINT, &ending, NULL) || sigaction(SIGTERM, &ending, NULL) ||
	    sigaction(SIGCHLD, &burying, NULL))
		return 1;
	for (;;)
		pause();
}

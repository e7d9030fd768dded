module churnlab.dev/runc-within-limits

go 1.24

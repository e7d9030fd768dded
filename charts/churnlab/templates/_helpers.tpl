{{- define "churnlab.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{- end -}}
{{- end }}

{{- define "churnlab.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What a selector has. Call with (dict "root" $ "component" "agent"). */}}
{{- define "churnlab.selector" -}}
app.kubernetes.io/name: churnlab
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "churnlab.labels" -}}
{{ include "churnlab.selector" . }}
app.kubernetes.io/part-of: churnlab
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "churnlab.tokenSecret" -}}
{{ .Values.agent.tokenSecret | default (printf "%s-agent-api" (include "churnlab.fullname" .)) }}
{{- end }}

{{/* Milliseconds of a duration such as 500ms, 30s or 2m. */}}
{{- define "churnlab.ms" -}}
{{- $text := . -}}
{{- if hasSuffix "ms" $text -}}{{ trimSuffix "ms" $text | int64 }}
{{- else if hasSuffix "s" $text -}}{{ mul 1000 (trimSuffix "s" $text | int64) }}
{{- else -}}{{ mul 60000 (trimSuffix "m" $text | int64) }}{{- end -}}
{{- end }}

{{/* The pools as JSON: those of the values, else one for each family. */}}
{{- define "churnlab.pools" -}}
{{- $defaults := dict "IPv4" (dict "name" "default" "cidrs" (list "10.20.0.0/16") "nodeMask" 24) "IPv6" (dict "name" "default" "cidrs" (list "fd00:20::/104") "nodeMask" 112) -}}
{{- $pools := list -}}
{{- range .Values.ipam.pools }}{{ $pools = append $pools (merge (deepCopy .) (dict "name" "default")) }}{{ end -}}
{{- if not $pools }}{{ range .Values.ipFamilies }}{{ $pools = append $pools (get $defaults .) }}{{ end }}{{ end -}}
{{- $seen := dict -}}
{{- range $pools -}}
  {{- $named := has $.Values.ipam.mode (list "multi-pool" "multi-range") -}}
  {{- if and (not $named) (ne .name "default") }}{{ fail (printf "ipam.mode %s has one pool a family, without a name: ipam.pools has %s" $.Values.ipam.mode .name) }}{{ end -}}
  {{- $key := printf "%s %s" .name (include "churnlab.family" (first .cidrs)) -}}
  {{- if hasKey $seen $key }}{{ fail (printf "ipam.pools has two entries of name and family %s: give one of them all CIDRs" $key) }}{{ end -}}
  {{- $_ := set $seen $key true -}}
  {{- $family := include "churnlab.family" (first .cidrs) -}}
  {{- range .cidrs }}{{ if ne (include "churnlab.family" .) $family }}{{ fail (printf "a pool of ipam.pools has CIDRs of both families: %s" .) }}{{ end }}{{ end -}}
{{- end -}}
{{ toJson $pools }}
{{- end }}

{{- define "churnlab.family" -}}
{{ if contains ":" . }}ipv6{{ else }}ipv4{{ end }}
{{- end }}

{{/* Entries of a pool as { ipv4: { cidrs, maskSize }, ipv6: … }, from a list of entries of one name. */}}
{{- define "churnlab.families" -}}
{{- $families := dict -}}
{{- range . }}{{ $_ := set $families (include "churnlab.family" (first .cidrs)) (dict "cidrs" .cidrs "maskSize" .nodeMask) }}{{ end -}}
{{ toJson $families }}
{{- end }}

{{/* What a process of ours learns of its pod, and where the API server is. */}}
{{- define "churnlab.environment" -}}
- name: NODE_NAME
  valueFrom: { fieldRef: { fieldPath: spec.nodeName } }
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: POD_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: POD_IP
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
{{- end }}

{{- define "churnlab.apiServer" -}}
{{- if .Values.apiServer.host }}
- name: KUBERNETES_SERVICE_HOST
  value: {{ .Values.apiServer.host | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ .Values.apiServer.port | quote }}
{{- end }}
{{- end }}

{{- define "churnlab.scrape" -}}
prometheus.io/scrape: "true"
prometheus.io/path: /metrics
prometheus.io/port: {{ . | quote }}
{{- end }}

{{- define "churnlab.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
